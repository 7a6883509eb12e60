//! Goods on their way back, as views: which order, step by step, and what became of it.

use super::{decode_fragment, encode};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Going {
    /// Which order, and what is under way already.
    Choose,
    /// From one of a verified shopper's orders.
    Order { id: String, step: Step },
    /// One that has been asked for.
    Status { id: String },
    /// Whoever has the code of one. The token stands in the fragment, and leaves the address as soon as it is read.
    Code { token: String },
    /// The way in for whoever was given something.
    Gift,
    /// The statutory withdrawal: its form, or what she is about to declare.
    Withdraw { confirm: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Which of the lines, and how many.
    Pick,
    Why,
    /// What she would like for it.
    What,
    /// How it travels.
    How,
    Review,
}

impl Step {
    const ALL: [(&'static str, Step); 5] =
        [("pick", Step::Pick), ("why", Step::Why), ("what", Step::What), ("how", Step::How), ("review", Step::Review)];

    fn name(self) -> &'static str {
        Step::ALL.iter().find(|(_, step)| *step == self).map_or("", |(name, _)| name)
    }

    pub fn before(self) -> Option<Step> {
        let at = Step::ALL.iter().position(|(_, step)| *step == self)?;
        Some(Step::ALL[at.checked_sub(1)?].1)
    }
}

impl Going {
    /// A view of an order that is not known yet begins with its lines.
    pub fn order(id: &str) -> Going {
        Going::Order { id: id.into(), step: Step::Pick }
    }

    pub fn address(&self) -> String {
        match self {
            Going::Choose | Going::Code { .. } => "/return".into(),
            Going::Order { id, step: Step::Pick } => format!("/return/{}", encode(id)),
            Going::Order { id, step } => format!("/return/{}/{}", encode(id), step.name()),
            Going::Status { id } => format!("/returns/{}", encode(id)),
            Going::Gift => "/gift".into(),
            Going::Withdraw { confirm: false } => "/withdraw".into(),
            Going::Withdraw { confirm: true } => "/withdraw/confirm".into(),
        }
    }

    /// `None` for the addresses of other views.
    pub fn parse(steps: &[&str], search: &str) -> Option<Going> {
        Some(match steps {
            ["return"] => match decode_fragment(search) {
                Some(token) => Going::Code { token },
                None => Going::Choose,
            },
            ["return", id] => Going::order(id),
            ["return", id, name] => {
                let step = Step::ALL.iter().find(|(known, _)| known == name).map_or(Step::Pick, |(_, step)| *step);
                Going::Order { id: (*id).into(), step }
            }
            ["returns"] => Going::Choose,
            ["returns", id] => Going::Status { id: (*id).into() },
            ["gift"] => Going::Gift,
            ["withdraw"] => Going::Withdraw { confirm: false },
            ["withdraw", _] => Going::Withdraw { confirm: true },
            _ => return None,
        })
    }

    /// Where back leads; `None` is home.
    pub fn parent(&self) -> Option<Going> {
        match self {
            Going::Order { id, step } => Some(match step.before() {
                Some(step) => Going::Order { id: id.clone(), step },
                None => Going::Choose,
            }),
            Going::Status { .. } | Going::Gift => Some(Going::Choose),
            Going::Withdraw { confirm: true } => Some(Going::Withdraw { confirm: false }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nav::View;

    fn parsed(address: &str) -> View {
        let at = address.find(['?', '#']).unwrap_or(address.len());
        View::parse(&address[..at], &address[at..])
    }

    #[test]
    fn every_step_has_an_address_of_its_own() {
        let step = |step| Going::Order { id: "0a1b".into(), step };
        for going in [
            Going::Choose,
            step(Step::Pick),
            step(Step::Why),
            step(Step::What),
            step(Step::How),
            step(Step::Review),
            Going::Status { id: "r 1".into() },
            Going::Gift,
            Going::Withdraw { confirm: false },
            Going::Withdraw { confirm: true },
        ] {
            assert_eq!(parsed(&going.address()), View::Return(going));
        }
        assert_eq!(parsed("/return/0a1b/nowhere"), View::Return(step(Step::Pick)));
    }

    #[test]
    fn a_code_is_read_from_the_fragment_and_stands_in_no_address() {
        let code = Going::Code { token: "abc.d-e_f".into() };
        assert_eq!(parsed("/return?locale=en#abc.d-e_f"), View::Return(code.clone()));
        assert_eq!(parsed("/return#"), View::Return(Going::Choose));
        assert_eq!(code.address(), "/return");
    }

    #[test]
    fn back_goes_one_step() {
        let at = |step| Going::Order { id: "o".into(), step };
        assert_eq!(at(Step::Review).parent(), Some(at(Step::How)));
        assert_eq!(at(Step::Pick).parent(), Some(Going::Choose));
        assert_eq!(Going::Choose.parent(), None);
    }
}
