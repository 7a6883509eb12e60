//! What was sent and is not known to have arrived. It is kept in this tab until it has, goes out in the order in which it was
//! written, and is given back when it is refused.

use crate::desk::kept;
use serde::{Deserialize, Serialize};

const KEPT: &str = "letters";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Drawn once, the same on every try.
    pub client_id: String,
    pub conversation: String,
    /// For colleagues only.
    pub note: bool,
    pub text: String,
    /// When it was written, by the server's clock.
    pub at: i64,
    /// After which event of the log a note stands.
    #[serde(default)]
    pub after_seq: u64,
    #[serde(skip)]
    pub state: State,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Sending,
    /// Tried, and tried again; `true`: there is no network.
    Waiting(bool),
    /// It was given back, and why.
    Refused(String),
}

pub fn read() -> Vec<Letter> {
    kept::in_tab(KEPT).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

pub fn keep(letters: &[Letter]) {
    let text = (!letters.is_empty()).then(|| serde_json::to_string(letters).ok()).flatten();
    kept::keep_in_tab(KEPT, text.as_deref());
}

/// What goes out now: the oldest that was not given back.
pub fn next(letters: &[Letter]) -> Option<&Letter> {
    letters.iter().find(|letter| !matches!(letter.state, State::Refused(_)))
}

pub fn restate(letters: &mut [Letter], client_id: &str, state: State) {
    if let Some(letter) = letters.iter_mut().find(|letter| letter.client_id == client_id) {
        letter.state = state;
    }
}

pub fn remove(letters: &mut Vec<Letter>, client_id: &str) -> Option<Letter> {
    let at = letters.iter().position(|letter| letter.client_id == client_id)?;
    Some(letters.remove(at))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn letter(client_id: &str) -> Letter {
        Letter {
            client_id: client_id.into(),
            conversation: "c".into(),
            note: false,
            text: "退款 \"ok\"\n".into(),
            at: 5,
            after_seq: 2,
            state: State::Sending,
        }
    }

    #[test]
    fn letters_go_out_in_order_and_a_refused_one_holds_up_nobody() {
        let mut letters = vec![letter("a"), letter("b")];
        assert_eq!(next(&letters).unwrap().client_id, "a");
        restate(&mut letters, "a", State::Waiting(true));
        assert_eq!(next(&letters).unwrap().client_id, "a");
        restate(&mut letters, "a", State::Refused("no".into()));
        assert_eq!(next(&letters).unwrap().client_id, "b");
        assert_eq!(remove(&mut letters, "b").unwrap().client_id, "b");
        assert_eq!(next(&letters), None);
    }

    #[test]
    fn what_is_kept_is_sent_anew() {
        let mut refused = letter("a");
        refused.state = State::Refused("no".into());
        let text = serde_json::to_string(&[refused]).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Letter>>(&text).unwrap(), [letter("a")]);
    }
}
