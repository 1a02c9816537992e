//! Caches that cannot be used.
