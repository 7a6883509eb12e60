//! The languages Aftercart speaks.

use serde::{Deserialize, Serialize};

/// A language of the interface. English and simplified Chinese are complete; traditional Chinese falls back to
/// simplified where a text has not been written yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Locale {
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-CN")]
    ZhCn,
    #[serde(rename = "zh-TW")]
    ZhTw,
}

impl Locale {
    pub const ALL: [Locale; 3] = [Locale::En, Locale::ZhCn, Locale::ZhTw];

    /// The BCP 47 tag, as in `<html lang>` and on the wire.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::ZhCn => "zh-CN",
            Locale::ZhTw => "zh-TW",
        }
    }

    /// The language's name in that language, for a language menu.
    pub fn own_name(self) -> &'static str {
        match self {
            Locale::En => "English",
            Locale::ZhCn => "简体中文",
            Locale::ZhTw => "繁體中文",
        }
    }

    pub fn is_chinese(self) -> bool {
        matches!(self, Locale::ZhCn | Locale::ZhTw)
    }

    /// Reads a tag the way browsers, shops and people write it: `zh`, `zh_CN`, `zh-Hans-SG`, `zh-HK`, `en-GB`.
    /// `None` for a language we do not speak.
    pub fn parse(tag: &str) -> Option<Locale> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Locale::En),
            "zh" => {
                let traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
                let simplified = tag.contains("-hans");
                Some(if traditional && !simplified { Locale::ZhTw } else { Locale::ZhCn })
            }
            _ => None,
        }
    }

    /// The best of `offered` for a shopper who asks for `wanted` (already parsed tags, best first): the same
    /// language, else the same script family, else the first one offered.
    pub fn negotiate(wanted: &[Locale], offered: &[Locale]) -> Option<Locale> {
        wanted
            .iter()
            .find_map(|w| {
                offered
                    .iter()
                    .find(|o| *o == w)
                    .or_else(|| offered.iter().find(|o| o.is_chinese() == w.is_chinese()))
                    .copied()
            })
            .or_else(|| offered.first().copied())
    }
}

impl std::fmt::Display for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_people_write_them() {
        for (tag, expected) in [
            ("en", Some(Locale::En)),
            ("en-GB", Some(Locale::En)),
            ("ZH", Some(Locale::ZhCn)),
            ("zh_CN", Some(Locale::ZhCn)),
            ("zh-Hans-HK", Some(Locale::ZhCn)),
            ("zh-hant", Some(Locale::ZhTw)),
            ("zh-HK", Some(Locale::ZhTw)),
            (" zh-TW ", Some(Locale::ZhTw)),
            ("fr", None),
            ("", None),
            ("english", None),
        ] {
            assert_eq!(Locale::parse(tag), expected, "{tag}");
        }
    }

    #[test]
    fn a_neighbouring_script_is_better_than_a_foreign_language() {
        use Locale::*;
        assert_eq!(Locale::negotiate(&[ZhTw], &[En, ZhCn]), Some(ZhCn));
        assert_eq!(Locale::negotiate(&[ZhTw, En], &[En]), Some(En));
        assert_eq!(Locale::negotiate(&[], &[ZhCn, En]), Some(ZhCn));
        assert_eq!(Locale::negotiate(&[En], &[]), None);
    }
}
