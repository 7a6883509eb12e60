//! Who else works with the same SQLite file.
//!
//! Every server holds a shared lock on a file beside the database. The operating system ends it with the process,
//! however that ends, so that one who comes and finds nobody there knows that whatever was under way is nobody's.

use std::{
    fs::{File, TryLockError},
    path::PathBuf,
};

/// A server's place at a SQLite file, until it is dropped.
#[derive(Debug)]
pub struct Place {
    file: File,
    first: bool,
}

impl Place {
    /// `None`: the database is no file, or what it lies on knows no locks. Waits while another server is still the first
    /// and has not [settled](Place::settle).
    pub fn take(database: Option<PathBuf>) -> Option<Place> {
        let mut beside = database?.into_os_string();
        beside.push("-serving");
        let file = File::options().write(true).create(true).truncate(false).open(PathBuf::from(beside)).ok()?;
        match file.try_lock() {
            Ok(()) => Some(Place { file, first: true }),
            Err(TryLockError::WouldBlock) => {
                file.lock_shared().ok()?;
                Some(Place { file, first: false })
            }
            Err(TryLockError::Error(_)) => None,
        }
    }

    /// Nobody else is there, and nobody comes until this one settles.
    pub fn is_first(&self) -> bool {
        self.first
    }

    /// From here on others may come. `None`: the place is lost.
    pub fn settle(self) -> Option<Place> {
        if self.first {
            // A lock is not changed but given back and taken anew: whoever is first in between finds nothing under way,
            // since this one has not begun.
            self.file.unlock().ok()?;
            self.file.lock_shared().ok()?;
        }
        Some(Place { first: false, ..self })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_to_others_is_not_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let take = || Place::take(Some(folder.path().join("a.db"))).unwrap();
        let one = take();
        assert!(one.is_first());
        let one = one.settle().unwrap();
        let two = take();
        assert!(!one.is_first() && !two.is_first());
        drop(one);
        let three = take();
        assert!(!three.is_first(), "the second is still there");
        drop((two, three));
        assert!(take().is_first());
        assert!(Place::take(None).is_none());
    }
}
