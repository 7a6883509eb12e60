//! What a shop offers for goods that come back, by name.

use crate::{i18n::Messages, locale::Locale};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why goods come back: one of ours (`changed_mind`) or one of the shop's own.
pub type ReasonId = String;

/// A text of the shop's own, in its languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub BTreeMap<Locale, String>);

impl Words {
    /// The best for somebody who reads `locale`; empty when there is none at all.
    pub fn get(&self, locale: Locale) -> &str {
        let offered: Vec<Locale> = self.0.keys().copied().collect();
        Locale::negotiate(&[locale], &offered).and_then(|found| self.0.get(&found)).map_or("", String::as_str)
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal => $words:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The name in files, in the database and on the wire.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            pub fn parse(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.name() == name)
            }

            /// As a person reads it.
            pub fn words(self, t: Messages) -> &'static str {
                match self { $($name::$variant => t.$words(),)+ }
            }
        }
    };
}

names!(
    /// What the shopper gets.
    Resolution {
        /// The money, to where it came from.
        Refund = "refund" => returns_resolution_refund,
        StoreCredit = "store_credit" => returns_resolution_store_credit,
        /// The very same again.
        Replacement = "replacement" => returns_resolution_replacement,
        /// The same product in another size or colour.
        ExchangeVariant = "exchange_variant" => returns_resolution_exchange_variant,
        /// Any other product.
        ExchangeAny = "exchange_any" => returns_resolution_exchange_any,
        /// The money, and the goods stay with the shopper.
        KeepItem = "keep_item" => returns_resolution_keep_item,
        Repair = "repair" => returns_resolution_repair,
    }
);

names!(
    /// How the goods travel back.
    Method {
        /// A QR code that the drop-off point scans.
        DropOff = "drop_off" => returns_method_drop_off,
        /// A label to print.
        Label = "label" => returns_method_label,
        /// Somebody comes at an appointed time.
        Pickup = "pickup" => returns_method_pickup,
        InStore = "in_store" => returns_method_in_store,
        /// The shopper sends them herself, with a carrier of her own, and tells us the number.
        ShipLater = "ship_later" => returns_method_ship_later,
    }
);

names!(
    /// What the policy says to a return, the kindest first.
    Verdict {
        /// At once, by itself.
        Approve = "approve" => returns_verdict_approve,
        /// By itself once there is a photo.
        Photo = "photo" => returns_verdict_photo,
        /// A person decides.
        Person = "person" => returns_verdict_person,
        Refuse = "refuse" => returns_verdict_refuse,
    }
);

names!(
    /// What kind of goods nobody takes back.
    NotReturnable {
        FinalSale = "final_sale" => returns_not_final_sale,
        MadeToOrder = "made_to_order" => returns_not_made_to_order,
        Hygiene = "hygiene" => returns_not_hygiene,
        GiftCard = "gift_card" => returns_not_gift_card,
        Digital = "digital" => returns_not_digital,
        Perishable = "perishable" => returns_not_perishable,
    }
);
