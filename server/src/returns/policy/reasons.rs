//! Why goods come back: our reasons, and the shop's own under or beside them.

use super::values::words;
use aftercart_shared::{i18n::Messages, returns::Words};
use serde::Deserialize;
use toml::Spanned;

/// The reasons that every shop has words for.
pub const BUILT_IN: [&str; 9] = [
    "changed_mind",
    "does_not_fit",
    "not_as_described",
    "arrived_late",
    "damaged",
    "faulty",
    "wrong_item",
    "missing",
    "other",
];

/// A reason of the shop's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnReason {
    pub id: Spanned<String>,
    #[serde(deserialize_with = "words")]
    pub words: Words,
    /// The reason it is a closer description of. Rules about that one hold for this one too.
    pub under: Option<Spanned<String>>,
}

/// Every reason that rules may name.
pub fn all(own: &[OwnReason]) -> Vec<&str> {
    BUILT_IN.into_iter().chain(own.iter().map(|reason| reason.id.get_ref().as_str())).collect()
}

pub fn exists(own: &[OwnReason], id: &str) -> bool {
    all(own).contains(&id)
}

/// Whether `id` is `wanted`, or stands anywhere under it.
pub fn is_under(own: &[OwnReason], id: &str, wanted: &str) -> bool {
    let parent =
        |id: &str| own.iter().find(|reason| reason.id.get_ref() == id).and_then(|reason| reason.under.as_ref());
    // As many steps as there are reasons: no circle can hold us up.
    std::iter::successors(Some(id), |id| parent(id).map(|under| under.get_ref().as_str()))
        .take(own.len() + 1)
        .any(|id| id == wanted)
}

/// As a person reads it; the id itself for one that does not exist.
pub fn in_words(own: &[OwnReason], id: &str, t: Messages) -> String {
    if let Some(reason) = own.iter().find(|reason| reason.id.get_ref() == id) {
        return reason.words.get(t.locale()).to_owned();
    }
    match id {
        "changed_mind" => t.returns_reason_changed_mind(),
        "does_not_fit" => t.returns_reason_does_not_fit(),
        "not_as_described" => t.returns_reason_not_as_described(),
        "arrived_late" => t.returns_reason_arrived_late(),
        "damaged" => t.returns_reason_damaged(),
        "faulty" => t.returns_reason_faulty(),
        "wrong_item" => t.returns_reason_wrong_item(),
        "missing" => t.returns_reason_missing(),
        "other" => t.returns_reason_other(),
        unknown => unknown,
    }
    .to_owned()
}
