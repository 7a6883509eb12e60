//! EasyPost: <https://docs.easypost.com/docs/shipments>. A shipment is made under our key as its `reference`, which may be
//! used in place of its id; then its label is bought at one of its rates. Written after the documentation, and tested with
//! answers in its form; not tried against the service itself.

use super::{Connection, Label, LabelProvider, Made, Wish};
use crate::connectors::{
    commerce::{Journal, Setback},
    outgoing::{Answer, Call, Fault},
};
use aftercart_shared::{
    money::{Currency, Money},
    time::Timestamp,
    tracking::ParcelStatus,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct EasyPost(pub Connection);

#[derive(Deserialize)]
struct Shipment {
    id: String,
    reference: Option<String>,
    status: Option<String>,
    tracking_code: Option<String>,
    postage_label: Option<PostageLabel>,
    selected_rate: Option<Rate>,
    #[serde(default)]
    rates: Vec<Rate>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct PostageLabel {
    label_pdf_url: Option<String>,
    label_url: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Rate {
    id: Option<String>,
    carrier: Option<String>,
    service: Option<String>,
    rate: Option<String>,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    message: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: Message,
}

/// Under what a purchase stands in the journal.
const BUY: &str = "buy ";
const CREATE: &str = "create";

impl EasyPost {
    async fn send(&self, call: Call) -> Result<Answer, Fault> {
        let basic = STANDARD.encode(format!("{}:", self.0.credential));
        self.0.http.send(call.header("authorization", format!("Basic {basic}"))).await
    }

    /// By its id, or by our key.
    async fn look(&self, which: &str) -> Result<Option<Shipment>, Setback> {
        // Ids of theirs and keys of ours: nothing that leads elsewhere.
        if !which.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Setback::No("the label's id is none of EasyPost's".into()));
        }
        let answer = self.send(Call::get(format!("{}/shipments/{which}", self.0.base_url))).await?;
        let Some(body) = answer.ok_or_absent()? else { return Ok(None) };
        let shipment: Shipment = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("a shipment", &e))?;
        let same = shipment.id == which || shipment.reference.as_deref() == Some(which);
        if same { Ok(Some(shipment)) } else { Err(Fault::Garbled("another shipment than was asked for".into()).into()) }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Shipment, Setback> {
        let answer = self.send(Call::post_json(format!("{}{path}", self.0.base_url), body)).await?;
        if matches!(answer.status, 400 | 402 | 404 | 409 | 422) {
            let said = serde_json::from_slice::<Refusal>(&answer.body).ok().and_then(|refusal| refusal.error.message);
            return Err(no(said.as_deref().unwrap_or("it says no more")));
        }
        let body = answer.ok()?;
        Ok(serde_json::from_slice(&body).map_err(|e| Fault::unreadable("a shipment", &e))?)
    }

    async fn create(&self, wish: &Wish) -> Result<Shipment, Setback> {
        // From the shopper to the shop, as the parcel goes: then nothing rests on who swaps which addresses.
        let shipment = json!({
            "reference": wish.key,
            "from_address": wish.from,
            "to_address": self.0.settings.to,
            "parcel": self.0.settings.parcel,
            "options": { "print_custom_1": wish.number },
        });
        self.post("/shipments", &json!({ "shipment": shipment })).await
    }

    /// The cheapest of those that the shop's settings allow.
    fn rate(&self, shipment: &Shipment) -> Result<String, Setback> {
        let settings = &self.0.settings;
        let wanted = |wanted: &Option<String>, offered: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| Some(wanted) == offered.as_ref())
        };
        let may = |rate: &&Rate| wanted(&settings.carrier, &rate.carrier) && wanted(&settings.service, &rate.service);
        let price = |rate: &Rate| {
            let currency = Currency::parse(rate.currency.as_deref()?)?;
            Money::from_major(rate.rate.as_deref()?, currency).map(|money| money.minor)
        };
        let offered = shipment.rates.iter().filter(may).filter_map(|rate| Some((price(rate)?, rate.id.clone()?)));
        offered.min().map(|(_, id)| id).ok_or_else(|| {
            let why = shipment.messages.iter().find_map(|message| message.message.as_deref());
            no(&format!("no rate is offered that the settings allow ({})", why.unwrap_or("nothing is said of why")))
        })
    }

    /// `None` while the label is not there yet.
    fn label(&self, shipment: &Shipment, now: Timestamp) -> Option<Label> {
        let label = shipment.postage_label.as_ref()?;
        let url =
            [&label.label_pdf_url, &label.label_url].into_iter().flatten().find(|url| url.starts_with("https://"))?;
        Some(Label {
            reference: shipment.id.clone(),
            carrier: shipment.selected_rate.as_ref().and_then(|rate| rate.carrier.clone()),
            tracking_number: shipment.tracking_code.clone().filter(|number| !number.is_empty()),
            url: url.clone(),
            expires_at: self.0.settings.valid_days.map(|days| now.plus_ms(i64::from(days) * Timestamp::DAY_MS)),
        })
    }

    fn made(&self, shipment: &Shipment, now: Timestamp) -> Option<Made> {
        if let Some(label) = self.label(shipment, now) {
            return Some(Made::Label(label));
        }
        // Bought, and its picture is still being drawn.
        let bought = shipment.selected_rate.is_some() || shipment.postage_label.is_some();
        let because = "EasyPost has bought the label and is still making it.";
        bought.then(|| Made::Waiting { reference: shipment.id.clone(), because: because.into() })
    }

    async fn bought(&self, wish: &Wish, journal: &dyn Journal) -> Result<Made, Setback> {
        // What was to be bought last is bought, or nothing is: another shipment under our key would be another label.
        let chosen = journal.last().and_then(|step| step.strip_prefix(BUY));
        let found = self.look(chosen.unwrap_or(&wish.key)).await?;
        if let Some(made) = found.as_ref().and_then(|shipment| self.made(shipment, wish.now)) {
            return Ok(made);
        }
        let shipment = match found {
            Some(shipment) => shipment,
            None => {
                about_to(journal, CREATE).await?;
                self.create(wish).await?
            }
        };
        let rate = self.rate(&shipment)?;
        about_to(journal, &format!("{BUY}{}", shipment.id)).await?;
        let buy = json!({ "rate": { "id": rate } });
        let shipment = self.post(&format!("/shipments/{}/buy", shipment.id), &buy).await?;
        let because = "EasyPost has taken it on and shows no label yet.";
        let waiting = || Made::Waiting { reference: shipment.id.clone(), because: because.into() };
        Ok(self.made(&shipment, wish.now).unwrap_or_else(waiting))
    }
}

impl LabelProvider for EasyPost {
    fn make<'a>(&'a self, wish: &'a Wish, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Made, Setback>> {
        Box::pin(self.bought(wish, journal))
    }

    fn parcel<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<ParcelStatus, Fault>> {
        Box::pin(async move {
            let shipment = self.look(reference).await.map_err(|setback| match setback {
                Setback::Fault(fault) => fault,
                other => Fault::Garbled(other.to_string()),
            })?;
            let shipment = shipment.ok_or_else(|| Fault::Garbled("it has no such label any more".into()))?;
            Ok(shipment.status.as_deref().map_or(ParcelStatus::Unknown, status))
        })
    }
}

/// The status of EasyPost's word.
fn status(word: &str) -> ParcelStatus {
    match word {
        "pre_transit" => ParcelStatus::Registered,
        "in_transit" => ParcelStatus::InTransit,
        "out_for_delivery" => ParcelStatus::OutForDelivery,
        "available_for_pickup" => ParcelStatus::ReadyForPickup,
        "delivered" => ParcelStatus::Delivered,
        "failure" | "error" => ParcelStatus::Exception,
        "return_to_sender" => ParcelStatus::Returning,
        "cancelled" => ParcelStatus::Cancelled,
        _ => ParcelStatus::Unknown,
    }
}

/// Writes the step down, unless it may still be under way from before.
async fn about_to(journal: &dyn Journal, step: &str) -> Result<(), Setback> {
    if journal.fresh() && journal.last() == Some(step) {
        return Err(Setback::InDoubt);
    }
    Ok(journal.before(step).await?)
}

/// A refusal, as far as it is fit to be shown and logged.
fn no(said: &str) -> Setback {
    let said: String = said.chars().filter(|c| !c.is_control() && *c != '@').take(200).collect();
    Setback::No(format!("EasyPost refuses it: {said}"))
}
