//! Help articles from a folder of Markdown files, one Markdown file, or JSON Lines.
//!
//! A Markdown file begins with front matter (`id`, `locale`, `title`, `category`, `tags`, `phrasings`, `action`) between
//! two lines of `---`; the rest is its body. A JSON line has the same fields and `body`; `lang` may stand for `locale`.
//! The same `id` in another locale is the same article in another language. `categories.json` in the folder gives the
//! categories' titles and their order: `{"returns": {"en": "Returns", "zh-CN": "退换货"}, …}`.
//!
//! Everything good is stored in one transaction; what is bad is reported with its reason. Articles that are no longer in
//! the files stay, unless the caller prunes: then they are unpublished.

use super::{
    article_file::{self, ArticleFile, Read},
    import_store,
};
use crate::{
    clock::Clock,
    db::{self, Db},
};
use aftercart_shared::{ids::SiteId, locale::Locale};
use serde::{Deserialize, Deserializer, de};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleSummary {
    /// New or changed.
    pub imported: u64,
    pub unchanged: u64,
    /// No longer in the files, and pruned.
    pub unpublished: u64,
    pub rejected: Vec<RejectedArticle>,
    /// Fields of the files that mean nothing to us; perhaps misspelt.
    pub ignored_fields: BTreeSet<String>,
    /// Pruning was asked for and not done, because a rejected file may be one of the missing articles.
    pub prune_skipped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedArticle {
    pub file: PathBuf,
    /// From 1, in JSON Lines.
    pub line: Option<u64>,
    pub reason: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ArticleImportError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {reason}", path.display())]
    Categories { path: PathBuf, reason: String },
    #[error("{}: no article found (*.md, *.markdown, *.jsonl)", .0.display())]
    Empty(PathBuf),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// A category with its titles, in the file's order.
pub type Category = (String, BTreeMap<Locale, String>);

/// Imports `path`. With `prune`, articles that are not in it are unpublished.
///
/// # Errors
/// When something cannot be read at all, or the database refuses. Then nothing was stored.
pub async fn import_articles(
    db: &Db,
    clock: &dyn Clock,
    site: &SiteId,
    path: &Path,
    prune: bool,
) -> Result<ArticleSummary, ArticleImportError> {
    let mut found = Found::default();
    let folder = path.is_dir();
    for file in if folder { files(path)? } else { vec![path.to_owned()] } {
        found.file(&file)?;
    }
    if found.articles.is_empty() && found.summary.rejected.is_empty() {
        return Err(ArticleImportError::Empty(path.to_owned()));
    }
    let categories = if folder { categories(&path.join("categories.json"))? } else { Vec::new() };
    let mut summary = found.summary;
    summary.prune_skipped = prune && !summary.rejected.is_empty();
    let prune = prune && !summary.prune_skipped;
    let articles: Vec<ArticleFile> = found.articles;
    let total = articles.len() as u64;
    let changed = import_store::write(db, site, articles, categories, prune, clock.now()).await?;
    (summary.imported, summary.unpublished) = (changed.imported, changed.unpublished);
    summary.unchanged = total - changed.imported;
    Ok(summary)
}

#[derive(Default)]
struct Found {
    articles: Vec<ArticleFile>,
    /// Where each id and locale was seen first.
    seen: HashMap<(String, Locale), PathBuf>,
    summary: ArticleSummary,
}

impl Found {
    fn file(&mut self, path: &Path) -> Result<(), ArticleImportError> {
        let bytes = fs::read(path).map_err(|error| ArticleImportError::File { path: path.to_owned(), error })?;
        if is(path, &["md", "markdown"]) {
            match String::from_utf8(bytes) {
                Ok(text) if is_readme(path) && !article_file::has_front_matter(&text) => {}
                Ok(text) => self.article(path, None, article_file::markdown(&text)),
                Err(_) => self.article(path, None, Err("the file is not UTF-8".to_owned())),
            }
            return Ok(());
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF".as_slice()).unwrap_or(&bytes);
        for (line, number) in text.split(|b| *b == b'\n').zip(1..) {
            let line = line.trim_ascii();
            if !line.is_empty() {
                self.article(path, Some(number), article_file::json(line));
            }
        }
        Ok(())
    }

    fn article(&mut self, file: &Path, line: Option<u64>, read: Read) {
        let reason = match read {
            Ok((article, ignored)) => {
                self.summary.ignored_fields.extend(ignored);
                let key = (article.id.clone(), article.locale);
                match self.seen.get(&key) {
                    None => {
                        self.seen.insert(key, file.to_owned());
                        self.articles.push(article);
                        return;
                    }
                    Some(first) => format!("{} in {} stands already in {}", key.0, key.1, first.display()),
                }
            }
            Err(reason) => reason,
        };
        self.summary.rejected.push(RejectedArticle { file: file.to_owned(), line, reason });
    }
}

fn is(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| extensions.iter().any(|x| x.eq_ignore_ascii_case(e)))
}

fn is_readme(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
}

/// The article files of a folder and its folders, by name. Hidden ones and links are passed over.
fn files(folder: &Path) -> Result<Vec<PathBuf>, ArticleImportError> {
    let failed = |error| ArticleImportError::File { path: folder.to_owned(), error };
    let mut entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries.iter().filter(|e| !e.file_name().to_string_lossy().starts_with('.')) {
        let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
        if kind.is_dir() {
            found.extend(files(&path)?);
        } else if kind.is_file() && is(&path, &["md", "markdown", "jsonl"]) {
            found.push(path);
        }
    }
    Ok(found)
}

fn categories(path: &Path) -> Result<Vec<Category>, ArticleImportError> {
    let wrong = |reason| ArticleImportError::Categories { path: path.to_owned(), reason };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ArticleImportError::File { path: path.to_owned(), error }),
    };
    let listed: InOrder =
        serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|e| wrong(e.to_string()))?;
    let category = |(key, titles): (String, BTreeMap<String, String>)| {
        let title = |(tag, title): (String, String)| match Locale::parse(&tag) {
            Some(locale) if !title.trim().is_empty() => Ok((locale, title.trim().to_owned())),
            Some(_) => Err(format!("the category {key:?} has an empty title")),
            None => Err(format!("the category {key:?} has a title in the unknown locale {tag:?}")),
        };
        Ok((key.clone(), titles.into_iter().map(title).collect::<Result<_, _>>()?))
    };
    listed.0.into_iter().map(category).collect::<Result<_, _>>().map_err(wrong)
}

/// A JSON object whose order means something.
struct InOrder(Vec<(String, BTreeMap<String, String>)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> de::Visitor<'de> for Entries {
            type Value = InOrder;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of categories, each with its titles by locale")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InOrder(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
