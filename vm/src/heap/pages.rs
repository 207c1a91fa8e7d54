//! The size of the pages that the system gives.

/// Asks for small pages from now on. With huge ones a program that touches a few kilobytes of an arena pays for two
/// megabytes, and a small process for as much: a hello costs 33 MB instead of 11.
pub fn prefer_small() {
    // SAFETY: The call changes a flag of this process and touches no memory; where it is not known it fails and nothing changes.
    unsafe {
        libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
}
