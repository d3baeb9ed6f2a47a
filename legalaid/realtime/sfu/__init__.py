"""The server that passes media on (Janus VideoRoom), spoken to by us alone: a browser's words go through our socket."""
