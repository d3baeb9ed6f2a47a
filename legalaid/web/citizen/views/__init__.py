"""Views of the citizen's door, in the order of her journey."""
