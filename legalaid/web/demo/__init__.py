"""One-click logins of the demo; nothing here answers anywhere else."""
