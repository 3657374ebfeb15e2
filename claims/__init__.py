"""What is claimed about loss landscapes, and the machinery that judges it."""
