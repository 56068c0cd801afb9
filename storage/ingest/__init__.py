"""From a stranger's file to a `ParsedBook`, in a child process with limits."""
