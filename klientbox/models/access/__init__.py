"""API keys, what they may do, and answers to repeated calls."""
