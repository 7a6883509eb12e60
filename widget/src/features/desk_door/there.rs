//! Whether she is given conversations without asking: a switch in the bar, where the shop gives any away by itself.

use crate::{
    desk::{
        Desk,
        client::{Failure, Request},
    },
    ui::dom::{Dom, el, redrawn},
};
use aftercart_shared::api::desk::{Availability, Permission, SetAvailability};
use leptos::{prelude::*, task::spawn_local};

pub fn switch(desk: Desk) -> Dom {
    if !desk.may(Permission::Answer) {
        return Dom::default();
    }
    let known = RwSignal::new(None);
    // What she has pressed counts until the answer comes: a switch that waits is pressed twice.
    let ask = move |request: Request| {
        spawn_local(async move {
            let answer: Result<Availability, Failure> = desk.ask(request).await;
            match answer {
                Ok(availability) => known.set(Some(availability)),
                Err(failure) => {
                    known.update(|known| {
                        if let Some(known) = known {
                            known.available = !known.available;
                        }
                    });
                    desk.complain_of(&failure);
                }
            }
        });
    };
    ask(Request::get("/desk/availability"));
    redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        let Some(Availability { available, .. }) = known.get().filter(|known| known.routed) else {
            return Dom::default();
        };
        let press = move || {
            let available = !available;
            known.set(Some(Availability { routed: true, available }));
            ask(Request::put("/desk/availability", &SetAvailability { available }));
        };
        let word = if available { t.desk_there_on() } else { t.desk_there_off() };
        el("button", "ad-there")
            .id("ad-there")
            .attr("type", "button")
            .attr("role", "switch")
            .attr("aria-checked", if available { "true" } else { "false" })
            .attr("aria-label", &format!("{}: {word}", t.desk_there()))
            .child(el("span", "ad-there-dot").attr("aria-hidden", "true"))
            .child(el("span", "ad-there-word").child(word))
            .on_click(press)
            .into()
    })
}
