//! What a shop says once about its return labels, as a TOML file.
//!
//! ```toml
//! carrier = "USPS"              # and service: only this; left out: the cheapest that is offered
//! service = "GroundAdvantage"
//! valid_days = 30               # how long a carrier takes such a label; left out: it is not known
//!
//! [to]                          # where goods come back to
//! name = "Harbour & Pine, returns"
//! street1 = "1 Quay Street"
//! city = "Portland"
//! state = "ME"
//! zip = "04101"
//! country = "US"
//! phone = "2075550100"
//!
//! [parcel]                      # an ordinary one: ounces and inches
//! weight = 32.0
//! length = 12.0
//! width = 9.0
//! height = 4.0
//! ```

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(default)]
    pub carrier: Option<String>,
    #[serde(default)]
    pub service: Option<String>,
    #[serde(default)]
    pub valid_days: Option<u32>,
    pub to: Party,
    pub parcel: Parcel,
}

/// Somebody who sends or gets a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Party {
    pub name: Option<String>,
    pub company: Option<String>,
    pub street1: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// In ounces and inches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    pub weight: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
}

impl Settings {
    /// # Errors
    /// In words for whoever wrote the file.
    pub fn parse(toml: &str) -> Result<Settings, String> {
        let settings: Settings = toml::from_str(toml).map_err(|e| e.to_string())?;
        settings.check().map(|()| settings)
    }

    /// As it is stored.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn check(&self) -> Result<(), String> {
        let there = |part: &Option<String>| part.as_deref().is_some_and(|text| !text.trim().is_empty());
        for (name, part) in [("street1", &self.to.street1), ("city", &self.to.city), ("country", &self.to.country)] {
            if !there(part) {
                return Err(format!("[to] needs {name}: where goods come back to"));
            }
        }
        let sizes = [Some(self.parcel.weight), self.parcel.length, self.parcel.width, self.parcel.height];
        if sizes.iter().flatten().any(|size| !size.is_finite() || *size <= 0.0) {
            return Err("[parcel]: weight and sizes are above 0".into());
        }
        Ok(())
    }
}
