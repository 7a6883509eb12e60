//! What several parts of the bundle share becomes a file of its own for every group of parts that shares it. A few bytes
//! are not worth a request: functions of small files are pinned to the main module, which every page has anyway.

use crate::Result;
use std::{collections::HashSet, fs, path::PathBuf};

/// Shared code of fewer bytes than this, uncompressed, is no file of its own; nor are shared constants.
const CODE_WORTH_A_REQUEST: usize = 3_000;
const DATA_WORTH_A_REQUEST: usize = 1_000;
/// Sections, by their numbers.
const EXPORTS: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;
const FUNCTION: u8 = 0;

/// The names of the functions in those of the files that are too small. Each file's own code alone, not what it imports.
pub fn small(files: &[PathBuf]) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    for path in files {
        let shared = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("chunk_"));
        let bytes = fs::read(path)?;
        if !shared || section(&bytes, CODE)?.map_or(0, <[u8]>::len) >= CODE_WORTH_A_REQUEST {
            continue;
        }
        let module = walrus::Module::from_buffer(&bytes).map_err(|e| format!("{}: {e:#}", path.display()))?;
        names.extend(module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone()));
    }
    Ok(names)
}

/// The module with these functions among its exports: what is exported stays in the main module. Nothing else of it is
/// touched, for the splitter needs the linker's notes, and those count bytes.
pub fn pinned(module: &[u8], names: &HashSet<String>) -> Result<Vec<u8>> {
    let parsed = walrus::Module::from_buffer(module).map_err(|e| format!("reading the bundle: {e:#}"))?;
    let named = |func: &&walrus::Function| func.name.as_ref().is_some_and(|name| names.contains(name));
    let mut entries = Vec::new();
    let mut count = 0;
    for func in parsed.funcs.iter().filter(named) {
        let (index, name) = (func.id().index(), format!("_{count}"));
        number(&mut entries, name.len());
        entries.extend(name.as_bytes());
        entries.push(FUNCTION);
        number(&mut entries, index);
        count += 1;
    }
    longer(module, EXPORTS, count, &entries)
}

/// The constants of a shared file that has nothing else, and few of them: how many pieces, and the pieces.
pub fn constants(module: &[u8]) -> Result<Option<(usize, Vec<u8>)>> {
    let count = |kind| {
        section(module, kind).and_then(|found| found.map_or(Ok(0), |body| read_number(body, 0).map(|(count, _)| count)))
    };
    match section(module, DATA)? {
        Some(body) if count(CODE)? == 0 && body.len() < DATA_WORTH_A_REQUEST => {
            let (pieces, first) = read_number(body, 0)?;
            Ok(Some((pieces, body[first..].to_vec())))
        }
        _ => Ok(None),
    }
}

/// The module with these constants, too: each says itself where in memory it belongs.
pub fn with_constants(module: &[u8], (count, pieces): &(usize, Vec<u8>)) -> Result<Vec<u8>> {
    longer(&longer(module, DATA, *count, pieces)?, DATA_COUNT, *count, &[])
}

fn section(module: &[u8], wanted: u8) -> Result<Option<&[u8]>> {
    let mut at = 8;
    while at < module.len() {
        let (length, start) = read_number(module, at + 1)?;
        let body = module.get(start..start + length).ok_or("a section ends beyond the module")?;
        if module[at] == wanted {
            return Ok(Some(body));
        }
        at = start + length;
    }
    Ok(None)
}

/// A section begins with the number of its entries.
fn longer(module: &[u8], wanted: u8, count: usize, entries: &[u8]) -> Result<Vec<u8>> {
    let mut out = module[..8].to_vec();
    let mut at = 8;
    while at < module.len() {
        let kind = module[at];
        let (length, start) = read_number(module, at + 1)?;
        let body = module.get(start..start + length).ok_or("a section ends beyond the module")?;
        if kind == wanted {
            let (known, first) = read_number(body, 0)?;
            let mut longer = Vec::new();
            number(&mut longer, known + count);
            longer.extend(&body[first..]);
            longer.extend(entries);
            out.push(kind);
            number(&mut out, longer.len());
            out.extend(longer);
        } else {
            out.extend(&module[at..start + length]);
        }
        at = start + length;
    }
    Ok(out)
}

/// LEB128, as WebAssembly writes its numbers.
fn number(out: &mut Vec<u8>, mut value: usize) {
    while value > 127 {
        out.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A number and where it ends.
fn read_number(bytes: &[u8], mut at: usize) -> Result<(usize, usize)> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = *bytes.get(at).ok_or("a number ends beyond the module")?;
        value |= usize::from(byte & 127) << shift;
        shift += 7;
        at += 1;
        if byte < 128 {
            return Ok((value, at));
        }
    }
}
