//! A new code in the place of one that has expired.

use super::{shown::Shown, status};
use crate::{
    session::Session,
    ui::{
        button::{Kind, pressed},
        dom::{Dom, el, redrawn},
    },
};
use aftercart_shared::api::returns::ReturnView;
use leptos::{prelude::*, task::spawn_local};

pub fn renew(session: Session, state: Shown, shown: &ReturnView) -> Dom {
    if !shown.can_renew {
        return Dom::default();
    }
    let id = StoredValue::new(shown.summary.id.0.clone());
    let (failure, busy) = (RwSignal::new(None), StoredValue::new(false));
    let press = move || {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        spawn_local(async move {
            let id = id.get_value();
            let answer = session.api.tell(format!("/me/returns/{id}/renew"), "{}".into()).await;
            busy.try_set_value(false);
            match answer {
                Ok(()) => {
                    state.between.changed.set_value(true);
                    session.announce(session.t().label_renewed());
                    status::ask(session, state, id);
                }
                Err(error) => _ = failure.try_set(Some(error.code)),
            }
        });
    };
    let said =
        redrawn(move || failure.get().map(|code| el("p", "ac-field-error").child(session.t().error(code))).into());
    [
        el("div", "ac-buttons ac-no-print")
            .child(pressed(Kind::Main, "refresh", session.t().label_renew(), press).id("ac-renew"))
            .into(),
        el("div", "").attr("role", "alert").child(said).into(),
    ]
    .into()
}
