"""Who performs the work and where: turns of hosts in this process, pure functions in other processes."""
