"""Optimisers on floating-point arrays.  Each returns a :class:`~numerics.optimisers.record.Trajectory`; none prints."""
