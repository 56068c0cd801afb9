"""Stand-ins for the chat platforms: they speak the real wire formats over loopback, and are as strict."""
