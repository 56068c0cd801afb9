"""Pictures: from looks to a prompt, and from a prompt to a rendered picture, behind one protocol."""
