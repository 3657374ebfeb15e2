"""Mathematics on symbols: matrix expressions with symbolic dimensions, and derivations whose every step is checked twice."""
