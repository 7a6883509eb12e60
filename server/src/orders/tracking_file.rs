//! Tracking from files: what a carrier without an interface sends by mail every night, as CSV or JSON lines.
//!
//! One happening a row: `tracking_number` and `at` and `status` are required; `carrier`, `raw_code`, `place`, `text`,
//! `expected_earliest`, `expected_latest` are not. A time without a zone is the shop's. A column or field that is not
//! listed here is refused: a misspelt name must not pass in silence.

use super::{
    carriers::{CarrierEvent, CarrierReport, Promise, tracking_key, when::moment},
    import::{
        Rejected, Report,
        fields::{Scalar, limit},
    },
    reports, reports_store,
};
use crate::{
    clock::Clock,
    db::{self, Db},
};
use aftercart_shared::{ids::SiteId, time::Timestamp, tracking::ParcelStatus};
use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// Who reported it, in `tracking_events.source`.
pub const SOURCE: &str = "file";
/// Rows to a transaction.
const BATCH: usize = 500;
const FIELDS: [&str; 9] =
    ["tracking_number", "at", "status", "carrier", "raw_code", "place", "text", "expected_earliest", "expected_latest"];

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub rows: u64,
    /// Orders of which something is new.
    pub orders_changed: u64,
    pub rejected: u64,
    /// Where the bad rows are reported, if there are any.
    pub rejected_file: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum TrackingImportError {
    #[error("{file}: {error}")]
    File { file: String, error: io::Error },
    #[error("{file}: {reason}")]
    Header { file: String, reason: String },
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Imports `file`. The same file again changes nothing. Bad rows, and rows about numbers that no parcel has, are reported
/// in `FILE.rejected.jsonl`.
///
/// # Errors
/// When the file cannot be read, its first line names a column that we do not know, or the database refuses.
pub async fn import_tracking(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    time_zone: &str,
    file: &Path,
) -> Result<Summary, TrackingImportError> {
    let shown = file.display().to_string();
    let failed = |error| TrackingImportError::File { file: shown.clone(), error };
    let input = BufReader::new(File::open(file).map_err(failed)?);
    let mut rows = Rows::open(input).map_err(|opened| match opened {
        Opened::Io(error) => failed(error),
        Opened::Header(reason) => TrackingImportError::Header { file: shown.clone(), reason },
    })?;
    let mut report = Report::beside(file);
    report.rewind(0).map_err(failed)?;
    let (mut summary, mut known) = (Summary::default(), HashMap::new());
    loop {
        let (mut rejected, mut told) = (Vec::new(), BTreeMap::<String, CarrierReport>::new());
        let mut read = 0;
        while read < BATCH {
            let Some(row) = rows.next().map_err(failed)? else { break };
            read += 1;
            summary.rows += 1;
            let fine = match row.fields.and_then(|fields| happening(fields, time_zone)) {
                Ok(found) if is_known(db, site, &mut known, &found.tracking_number).await? => Ok(found),
                Ok(found) => Err(format!("no parcel has the tracking number {:?}", found.tracking_number)),
                Err(reason) => Err(reason),
            };
            match fine {
                Ok(found) => merge(&mut told, found),
                Err(reason) => rejected.push(Rejected { line: row.line, index: summary.rows, order: None, reason }),
            }
        }
        summary.rejected += rejected.len() as u64;
        report.add(rejected).map_err(failed)?;
        let changed = reports::apply(db, clock, site, told.into_values().collect()).await?;
        summary.orders_changed += changed.len() as u64;
        if read < BATCH {
            break;
        }
    }
    if let (Report::File(path), 1..) = (report, summary.rejected) {
        summary.rejected_file = Some(path);
    }
    Ok(summary)
}

async fn is_known(db: &Db, site: &SiteId, known: &mut HashMap<String, bool>, number: &str) -> Result<bool, db::Error> {
    let Some(key) = tracking_key(number) else { return Ok(false) };
    if let Some(answer) = known.get(&key) {
        return Ok(*answer);
    }
    let answer = reports_store::is_known(db, site, &key).await?;
    known.insert(key, answer);
    Ok(answer)
}

fn merge(told: &mut BTreeMap<String, CarrierReport>, found: CarrierReport) {
    match told.get_mut(&found.tracking_number) {
        Some(report) => {
            report.events.extend(found.events);
            report.expected = found.expected.or(report.expected);
            report.carrier = found.carrier.or(report.carrier.take());
        }
        None => {
            told.insert(found.tracking_number.clone(), found);
        }
    }
}

/// Names and values of one row; blank is absent.
type Fields = HashMap<String, String>;

fn happening(mut fields: Fields, zone: &str) -> Result<CarrierReport, String> {
    let mut take = |name: &str| {
        let value = fields.remove(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        match value {
            Some(value) if value.chars().count() > limit::EVENT => Err(format!("{name} is too long")),
            value => Ok(value),
        }
    };
    let missing = |name: &str| format!("{name} is missing");
    let tracking_number = take("tracking_number")?.ok_or_else(|| missing("tracking_number"))?;
    let time = |name: &str, text: String| {
        let wrong = || format!("{name} {text:?} is not a date with time such as 2026-11-10T09:12:00+08:00");
        // A day alone would pass for its midnight.
        if text.len() <= 10 { Err(wrong()) } else { moment(&text, zone).ok_or_else(wrong) }
    };
    let when = time("at", take("at")?.ok_or_else(|| missing("at"))?)?;
    let word = take("status")?.ok_or_else(|| missing("status"))?;
    let status = ParcelStatus::from_name(&word).ok_or_else(|| {
        let known: Vec<&str> = ParcelStatus::ALL.iter().map(|status| status.name()).collect();
        format!("status {word:?} is not one of {}", known.join(", "))
    })?;
    let mut date = |name: &str| take(name)?.map(|text| time(name, text).map(|m| m.at)).transpose();
    let (earliest, latest): (Option<Timestamp>, Option<Timestamp>) =
        (date("expected_earliest")?, date("expected_latest")?);
    if earliest.zip(latest).is_some_and(|(earliest, latest)| earliest > latest) {
        return Err("expected_earliest is later than expected_latest".to_owned());
    }
    let expected = earliest.or(latest).zip(latest.or(earliest));
    let event = CarrierEvent {
        at: when.at,
        utc_offset_min: when.utc_offset_min,
        status,
        raw_code: take("raw_code")?,
        place: take("place")?,
        text: take("text")?,
    };
    Ok(CarrierReport {
        source: SOURCE,
        carrier: take("carrier")?,
        tracking_number,
        events: vec![event],
        expected: expected.map(|(earliest, latest)| Promise { earliest, latest }),
        status,
        raw_status: None,
    })
}

struct Row {
    /// From 1.
    line: u64,
    fields: Result<Fields, String>,
}

enum Opened {
    Io(io::Error),
    Header(String),
}

/// The rows of a file, of either format.
enum Rows<R: Read> {
    Csv { names: Vec<String>, reader: Box<csv::Reader<R>> },
    Json { line: u64, reader: R },
}

impl<R: BufRead> Rows<R> {
    fn open(mut input: R) -> Result<Rows<R>, Opened> {
        let bom = input.fill_buf().map_err(Opened::Io)?.starts_with("\u{FEFF}".as_bytes());
        if bom {
            input.consume(3);
        }
        let head = input.fill_buf().map_err(Opened::Io)?;
        if head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
            return Ok(Rows::Json { line: 0, reader: input });
        }
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // Spreadsheets of half of Europe write semicolons.
        let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
        let delimiter =
            [b',', b';', b'\t'].into_iter().max_by_key(|sign| (count(*sign), *sign == b',')).unwrap_or(b',');
        // Ending at the line feed alone keeps the count of lines right; a carriage return is trimmed like any blank.
        let end = csv::Terminator::Any(b'\n');
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).terminator(end).flexible(true).from_reader(input);
        let header = reader.byte_headers().map_err(|e| Opened::Header(e.to_string()))?;
        let names: Vec<String> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase().replace([' ', '-'], "_"))
            .collect();
        if let Some(stranger) = names.iter().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(Opened::Header(format!("the column {stranger:?} is not one of {}", FIELDS.join(", "))));
        }
        if let Some(missing) = FIELDS[..3].iter().find(|name| !names.iter().any(|n| n == *name)) {
            return Err(Opened::Header(format!("the column {missing:?} is missing from the first line")));
        }
        Ok(Rows::Csv { names, reader: Box::new(reader) })
    }

    fn next(&mut self) -> io::Result<Option<Row>> {
        match self {
            Rows::Csv { names, reader } => {
                let mut record = csv::ByteRecord::new();
                loop {
                    match reader.read_byte_record(&mut record) {
                        Ok(false) => return Ok(None),
                        Ok(true) if record.iter().all(|value| value.iter().all(u8::is_ascii_whitespace)) => {}
                        Ok(true) => break,
                        Err(error) => return Err(io::Error::other(error)),
                    }
                }
                let line = record.position().map_or(0, csv::Position::line);
                let fields = if record.len() > names.len() {
                    Err(format!("{} values for {} columns", record.len(), names.len()))
                } else {
                    let value = |bytes: &[u8]| String::from_utf8(bytes.to_vec());
                    let pairs = names.iter().zip(&record).map(|(name, bytes)| Ok((name.clone(), value(bytes)?)));
                    pairs.collect::<Result<_, std::string::FromUtf8Error>>().map_err(|_| "not UTF-8".to_owned())
                };
                Ok(Some(Row { line, fields }))
            }
            Rows::Json { line, reader } => loop {
                let mut text = Vec::new();
                if reader.read_until(b'\n', &mut text)? == 0 {
                    return Ok(None);
                }
                *line += 1;
                if !text.iter().all(u8::is_ascii_whitespace) {
                    return Ok(Some(Row { line: *line, fields: json(&text) }));
                }
            },
        }
    }
}

fn json(text: &[u8]) -> Result<Fields, String> {
    let row: HashMap<String, Option<Scalar>> =
        serde_json::from_slice(text).map_err(|error| format!("not an object of texts (column {})", error.column()))?;
    if let Some(stranger) = row.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(format!("the field {stranger:?} is not one of {}", FIELDS.join(", ")));
    }
    Ok(row.into_iter().filter_map(|(name, value)| Some((name, value?.0))).collect())
}
