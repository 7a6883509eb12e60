//! The import itself: batch after batch, each in one transaction with the position behind it.

use super::{
    fields::Shift,
    prepare::hex,
    reader::{self, Batch, News, Plan},
    report::{Rejected, Report},
    source::{self, Broken, HEAD, Position},
    store::{self, Counts, Reached},
};
use crate::{
    clock::Clock,
    db::{self, Db},
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use std::{
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// After a month nobody goes on with a killed import; its position is forgotten.
const KEEP_MS: i64 = 30 * Timestamp::DAY_MS;

/// Where an import is, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub bytes: u64,
    /// Of the whole file, where it has a size.
    pub bytes_total: Option<u64>,
    pub counts: Counts,
}

/// What came of it, counting what an earlier, killed run had done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub counts: Counts,
    /// How many orders an earlier run had already dealt with.
    pub resumed_after: Option<u64>,
    /// Where the bad rows are reported, if there are any.
    pub rejected_file: Option<PathBuf>,
    /// The bad rows themselves, for an import without a file.
    pub rejected: Vec<Rejected>,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{file}: {error}")]
    File { file: String, error: io::Error },
    #[error("{}", broken_text(file, broken, summary))]
    Broken { file: String, broken: Broken, summary: Box<Summary> },
    #[error(transparent)]
    Database(#[from] db::Error),
}

fn broken_text(file: &str, broken: &Broken, summary: &Summary) -> String {
    let Broken { line, column, message } = broken;
    let done = summary.counts.total();
    format!(
        "{file}, line {line}, column {column}: {message}. The {done} orders before it were read; mend the file and run the import again"
    )
}

/// Imports `file`, going on where a killed run of the same file ended. Bad rows are reported in `FILE.rejected.jsonl`.
///
/// # Errors
/// When the file cannot be read to its end or the database refuses. What was stored before stays and is whole.
pub async fn import_orders(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    country: &str,
    file: &Path,
    progress: impl FnMut(Progress),
) -> Result<Summary, ImportError> {
    let shown = file.display().to_string();
    let failed = |error| ImportError::File { file: shown.clone(), error };
    let mut input = File::open(file).map_err(failed)?;
    let (head, key, size) = recognise(&mut input).map_err(failed)?;
    let before = store::reached(db, site, &key).await?;
    let from = before.map_or(Position { offset: 0, line: 1 }, |run| run.position);
    input.seek(SeekFrom::Start(from.offset)).map_err(failed)?;
    let job = Job {
        db,
        clock,
        site,
        file: shown.clone(),
        key: Some(key),
        size: Some(size),
        report: Report::beside(file),
        before,
    };
    job.run(input, &head, country, Shift::default(), progress).await
}

/// Imports what is read from `input`, every date moved by `shift`. Bad rows are in the summary; nothing is remembered.
///
/// # Errors
/// As [`import_orders`].
pub async fn import_orders_from(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    country: &str,
    mut input: impl Read + Send + 'static,
    shift: Shift,
) -> Result<Summary, ImportError> {
    let file = "the input".to_owned();
    let mut head = Vec::new();
    let read = input.by_ref().take(HEAD as u64).read_to_end(&mut head);
    read.map_err(|error| ImportError::File { file: file.clone(), error })?;
    let whole = Cursor::new(head.clone()).chain(input);
    let job = Job { db, clock, site, file, key: None, size: None, report: Report::Memory(Vec::new()), before: None };
    job.run(whole, &head, country, shift, |_| {}).await
}

struct Job<'a> {
    db: &'a Db,
    clock: &'a dyn Clock,
    site: &'a SiteId,
    file: String,
    /// Of the file among the remembered runs.
    key: Option<String>,
    size: Option<u64>,
    report: Report,
    before: Option<Reached>,
}

impl Job<'_> {
    async fn run(
        mut self,
        input: impl Read + Send + 'static,
        head: &[u8],
        country: &str,
        shift: Shift,
        mut progress: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        let start = Position { offset: 0, line: 1 };
        let mut reached = self.before.unwrap_or(Reached { position: start, counts: Counts::default() });
        self.report.rewind(reached.counts.total()).map_err(|error| self.failed(error))?;
        let (layout, format) = match source::sniff(head) {
            Ok(known) => known,
            Err(broken) => return Err(self.broken(broken, reached.counts)),
        };
        let plan = Plan {
            site: self.site.clone(),
            country: country.to_owned(),
            shift,
            layout,
            format,
            from: reached.position,
            index: reached.counts.total(),
        };
        let mut news = reader::start(input, plan);
        while let Some(item) = news.recv().await {
            match item {
                News::Batch(batch) => reached = self.store(batch, reached).await?,
                News::Broken(broken) => {
                    self.forget().await?;
                    return Err(self.broken(broken, reached.counts));
                }
                News::Failed(error) => return Err(self.failed(error)),
            }
            let Reached { position, counts } = reached;
            progress(Progress { bytes: position.offset, bytes_total: self.size, counts });
        }
        self.forget().await?;
        Ok(self.summary(reached.counts))
    }

    async fn store(&mut self, batch: Batch, before: Reached) -> Result<Reached, ImportError> {
        let mut reached = Reached { position: batch.end, ..before };
        let size = batch.orders.len() as u64;
        reached.counts.rejected += batch.rejected.len() as u64;
        self.report.add(batch.rejected).map_err(|error| self.failed(error))?;
        let run = self.key.clone().map(|key| (key, reached, self.clock.now()));
        let written = store::write_batch(self.db, self.site, batch.orders, run).await?;
        reached.counts.imported += written;
        reached.counts.unchanged += size - written;
        Ok(reached)
    }

    /// A finished run starts from the beginning the next time.
    async fn forget(&self) -> Result<(), db::Error> {
        match &self.key {
            Some(key) => store::finish(self.db, self.site, key, self.clock.now(), KEEP_MS).await,
            None => Ok(()),
        }
    }

    fn failed(&self, error: io::Error) -> ImportError {
        ImportError::File { file: self.file.clone(), error }
    }

    fn broken(self, broken: Broken, counts: Counts) -> ImportError {
        let file = self.file.clone();
        ImportError::Broken { file, broken, summary: Box::new(self.summary(counts)) }
    }

    fn summary(self, counts: Counts) -> Summary {
        let (rejected_file, rejected) = match self.report {
            Report::File(path) => (Some(path).filter(|_| counts.rejected > 0), Vec::new()),
            Report::Memory(rows) => (None, rows),
        };
        let resumed_after = self.before.map(|run| run.counts.total());
        Summary { counts, resumed_after, rejected_file, rejected }
    }
}

/// The beginning of a file, its key among the remembered runs, and its size. The key changes when the file does: a
/// position in another file would be worthless.
fn recognise(input: &mut File) -> io::Result<(Vec<u8>, String, u64)> {
    let about = input.metadata()?;
    if about.is_dir() {
        return Err(io::Error::other("is a folder, not a file of orders"));
    }
    let mut head = Vec::new();
    input.take(HEAD as u64).read_to_end(&mut head)?;
    let size = about.len();
    let mut tail = Vec::new();
    input.seek(SeekFrom::Start(size.saturating_sub(HEAD as u64)))?;
    input.take(HEAD as u64).read_to_end(&mut tail)?;
    let changed = about.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let key = hex(format!("{size} {changed} {} {}", hex(&head), hex(&tail)).as_bytes());
    Ok((head, key, size))
}
