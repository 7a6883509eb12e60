//! Where pictures lie: an object store, by default a folder beside the database.
//!
//! Keys are of our making, `{site}/{yyyy}/{mm}/{id}.jpg`, and none is ever read from a request.

use crate::error::Error;
use aftercart_shared::{ids::SiteId, time::Timestamp};
use futures_util::TryStreamExt;
use jiff::civil::Date;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use std::{path::PathBuf, sync::Arc, time::SystemTime};

#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where it is a folder of this machine.
    folder: Option<PathBuf>,
}

/// A thing in the store, as the store sees it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub key: String,
    pub written_at: Timestamp,
}

impl Files {
    /// In a folder, which is made if it is missing. What was put there survives a power cut.
    ///
    /// # Errors
    /// When there can be no such folder.
    pub fn in_folder(folder: PathBuf) -> Result<Files, String> {
        let fault = |error: String| format!("the folder for attachments, {}: {error}", folder.display());
        std::fs::create_dir_all(&folder).map_err(|e| fault(e.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|e| fault(e.to_string()))?.with_fsync(true);
        Ok(Files { store: Arc::new(store), folder: Some(folder) })
    }

    /// In any other store.
    pub fn in_store(store: Arc<dyn ObjectStore>) -> Files {
        Files { store, folder: None }
    }

    /// # Errors
    /// [`Error::StorageFull`], or the store's own trouble.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let written = self.store.put(&path(key)?, PutPayload::from(bytes)).await;
        written.map(|_| ()).map_err(|error| fault(&error))
    }

    /// # Errors
    /// The store's. That it is not there is a fault of ours: the database says it is.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, Error> {
        let found = self.store.get(&path(key)?).await.map_err(|error| fault(&error))?;
        found.bytes().await.map(Vec::from).map_err(|error| fault(&error))
    }

    /// Nothing being there is as good as deleting it.
    ///
    /// # Errors
    /// The store's.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        match self.store.delete(&path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// The sites that have anything here.
    pub(super) async fn sites(&self) -> Result<Vec<SiteId>, Error> {
        let found = self.store.list_with_delimiter(None).await.map_err(|error| fault(&error))?;
        let names = found.common_prefixes.into_iter().filter_map(|p| p.parts().last().map(|n| n.as_ref().to_owned()));
        Ok(names.map(SiteId).collect())
    }

    /// Everything under a prefix.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Kept>, Error> {
        let found: Vec<_> = self
            .store
            .list(Some(&path(prefix)?))
            .try_collect()
            .await
            .map_err(|error: object_store::Error| fault(&error))?;
        let kept = |meta: object_store::ObjectMeta| Kept {
            key: meta.location.to_string(),
            written_at: Timestamp(meta.last_modified.timestamp_millis()),
        };
        Ok(found.into_iter().map(kept).collect())
    }

    /// A process that was killed while it wrote leaves a file that is no object yet (`….jpg#1`), which the store does
    /// not list. Removes those of one prefix that were last written before `before`.
    pub(super) async fn remove_unfinished(&self, prefix: &str, before: Timestamp) -> Result<(), Error> {
        let Some(folder) = self.folder.as_ref().map(|folder| folder.join(prefix)) else { return Ok(()) };
        let before = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(before.0.try_into().unwrap_or(0));
        let removed = tokio::task::spawn_blocking(move || {
            let entries = match std::fs::read_dir(&folder) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let unfinished = entry.file_name().to_string_lossy().contains('#');
                if unfinished && entry.metadata()?.modified()? < before {
                    std::fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        });
        let removed: std::io::Result<()> = removed.await.map_err(|error| Error::Internal(error.to_string()))?;
        removed.map_err(|error| Error::Internal(format!("unfinished files: {error}")))
    }
}

pub(super) fn key(site: &SiteId, id: &str, at: Timestamp) -> String {
    format!("{}/{id}.jpg", month(site, date(at)))
}

/// The folders of this month and the one before: what became an orphan lately is found without looking through years.
pub(super) fn two_months(site: &SiteId, now: Timestamp) -> Vec<String> {
    let this = date(now).first_of_month();
    let before = this.yesterday().ok();
    [Some(this), before].into_iter().flatten().map(|day| month(site, day)).collect()
}

fn month(site: &SiteId, day: Date) -> String {
    format!("{site}/{:04}/{:02}", day.year(), day.month())
}

fn date(at: Timestamp) -> Date {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn path(key: &str) -> Result<Path, Error> {
    Path::parse(key).map_err(|error| Error::Internal(format!("an attachment's key: {error}")))
}

fn fault(error: &object_store::Error) -> Error {
    if is_full(error) { Error::StorageFull } else { Error::Internal(format!("the store of attachments: {error}")) }
}

/// No room, or no more of it for us.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let mut error = Some(error);
    while let Some(this) = error {
        if this.downcast_ref::<std::io::Error>().is_some_and(|io| matches!(io.kind(), StorageFull | QuotaExceeded)) {
            return true;
        }
        error = this.source();
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_in_the_month_of_their_site() {
        let site = SiteId("0f3a".into());
        assert_eq!(key(&site, "a1", Timestamp(1_795_255_200_000)), "0f3a/2026/11/a1.jpg");
        // 2027-03-01: the month before is a short one.
        assert_eq!(two_months(&site, Timestamp(1_803_859_200_000)), ["0f3a/2027/03", "0f3a/2027/02"]);
        assert_eq!(two_months(&site, Timestamp(1_798_761_600_000)), ["0f3a/2027/01", "0f3a/2026/12"]);
    }

    #[test]
    fn a_key_cannot_lead_out_of_the_store() {
        for key in ["../secret", "a/../../secret", "a//b", "./a"] {
            assert!(path(key).is_err(), "{key}");
        }
    }

    #[test]
    fn a_full_disk_is_told_from_other_trouble() {
        let wrapped = |source: std::io::Error| object_store::Error::Generic { store: "test", source: source.into() };
        // ENOSPC and EDQUOT.
        for code in [28, 122] {
            assert!(matches!(fault(&wrapped(std::io::Error::from_raw_os_error(code))), Error::StorageFull));
        }
        assert!(matches!(fault(&wrapped(std::io::ErrorKind::PermissionDenied.into())), Error::Internal(_)));
    }

    #[tokio::test]
    async fn a_folder_keeps_what_is_put_and_forgets_what_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::in_folder(folder.path().join("deep/down")).unwrap();
        files.put("s/2026/11/a.jpg", vec![1, 2]).await.unwrap();
        assert_eq!(files.get("s/2026/11/a.jpg").await.unwrap(), [1, 2]);
        assert_eq!(files.sites().await.unwrap(), [SiteId("s".into())]);
        assert_eq!(files.list("s/2026/11").await.unwrap()[0].key, "s/2026/11/a.jpg");
        // Begun and never finished.
        let begun = folder.path().join("deep/down/s/2026/11/b.jpg#1");
        std::fs::write(&begun, "half").unwrap();
        files.remove_unfinished("s/2026/11", Timestamp(0)).await.unwrap();
        assert!(begun.exists());
        files.remove_unfinished("s/2026/11", Timestamp(i64::MAX / 2)).await.unwrap();
        assert!(!begun.exists());
        files.delete("s/2026/11/a.jpg").await.unwrap();
        files.delete("s/2026/11/a.jpg").await.unwrap();
        assert!(files.get("s/2026/11/a.jpg").await.is_err());
        assert!(files.list("s/2026/11").await.unwrap().is_empty());
        files.remove_unfinished("s/2020/01", Timestamp(0)).await.unwrap();
    }
}
