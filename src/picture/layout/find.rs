//! What hangs together.

/// The leader of a set, where each member knows another one and the leader itself; ways to it become shorter.
pub fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
