"""One outside thing each: HTTP, programs, files, stores, threads."""
