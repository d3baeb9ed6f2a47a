"""The citizen's door: from «что случилось» to a time, a dialogue and a memo; no account, one secret link."""
