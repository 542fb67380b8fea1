"""Who said it first: edges from an article to what it was taken from, each with the evidence that was found."""
