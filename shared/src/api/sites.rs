//! What a surface needs to know of its site: inlined in the shell as JSON (`<script type="application/json"
//! id="aftercart-boot">`), so that no request is needed before the panel can be used.

use crate::{ids::SiteKey, locale::Locale, theme::Side};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootConfig {
    pub site: SiteKey,
    pub shop_name: String,
    /// The locale the shell was rendered in.
    pub locale: Locale,
    pub locales: Vec<Locale>,
    /// ISO 4217.
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
    pub surface: Surface,
    /// Path under which this surface's views live: `/w/pk_…` or `/s/pk_…`.
    pub base: String,
    /// Origins whose pages may embed and talk to the panel.
    pub origins: Vec<String>,
    pub logo: Option<String>,
    pub side: Side,
    /// How the shop's order numbers look, for hints and messages: `A-1001`.
    pub order_number_example: String,
    /// Where the shop can be written to when nothing else helps.
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    /// Somebody of the shop answers conversations.
    pub chat: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// Inside the launcher's iframe.
    Panel,
    /// A full page of its own.
    Page,
}
