"""The stand-in behaves as Replicate is documented to: what passes against it should pass against the real one."""
