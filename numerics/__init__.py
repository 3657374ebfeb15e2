"""Mathematics on numbers: exact, ball and float matrices, networks, losses, optimisers.  Knows nothing of claims."""
