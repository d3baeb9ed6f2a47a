"""Pages for everybody: where one can talk, who answers what, what the project rests on."""
