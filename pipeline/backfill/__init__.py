"""History: the articles of a feed or a site from before it was followed, found and read at the hosts' own pace."""
