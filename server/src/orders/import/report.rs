//! Rows that were not imported, and why: `FILE.rejected.jsonl`, or a list for callers without a file.

use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

/// Why one order could not be read.
#[derive(Debug)]
pub enum Bad {
    /// It is not JSON, or not of the expected shape.
    Json(serde_json::Error),
    /// What it says cannot be.
    Row(String),
}

impl From<serde_json::Error> for Bad {
    fn from(error: serde_json::Error) -> Self {
        Bad::Json(error)
    }
}

impl From<String> for Bad {
    fn from(reason: String) -> Self {
        Bad::Row(reason)
    }
}

impl From<&str> for Bad {
    fn from(reason: &str) -> Self {
        Bad::Row(reason.to_owned())
    }
}

/// One row of the report. It names the order as the shop does and never its shopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Where the order begins, from 1.
    pub line: u64,
    /// Which order of the file it is, from 1.
    pub index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    pub reason: String,
}

/// Where bad rows go.
#[derive(Debug)]
pub enum Report {
    File(PathBuf),
    /// Callers without a file read them from the summary.
    Memory(Vec<Rejected>),
}

impl Report {
    pub fn beside(file: &Path) -> Report {
        let mut name = file.as_os_str().to_owned();
        name.push(".rejected.jsonl");
        Report::File(PathBuf::from(name))
    }

    /// Keeps what belongs to the first `orders` orders: what a killed run wrote of its last, unfinished batch goes.
    pub fn rewind(&mut self, orders: u64) -> io::Result<()> {
        let path = match self {
            Report::Memory(rows) => {
                rows.retain(|row| row.index <= orders);
                return Ok(());
            }
            Report::File(path) => path,
        };
        if orders == 0 {
            return remove(path);
        }
        let Ok(old) = File::open(&*path) else { return Ok(()) };
        let part = path.with_extension("part");
        let mut kept = File::create(&part)?;
        for line in BufReader::new(old).lines() {
            let line = line?;
            if serde_json::from_str::<Rejected>(&line).is_ok_and(|row| row.index <= orders) {
                writeln!(kept, "{line}")?;
            }
        }
        kept.sync_all()?;
        fs::rename(part, path)
    }

    /// Written and on disk before the batch is committed: a committed position never hides a bad row.
    pub fn add(&mut self, rows: Vec<Rejected>) -> io::Result<()> {
        match self {
            Report::Memory(all) => all.extend(rows),
            Report::File(_) if rows.is_empty() => {}
            Report::File(path) => {
                let mut text = Vec::new();
                for row in rows {
                    serde_json::to_writer(&mut text, &row)?;
                    text.push(b'\n');
                }
                let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                file.write_all(&text)?;
                file.sync_all()?;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
