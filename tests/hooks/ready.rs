//! The ready-made pieces.
