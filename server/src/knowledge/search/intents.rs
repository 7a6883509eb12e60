//! What shoppers usually want, and the messages in which they say it. A question is compared with the messages, an
//! article with them too; both near the same intent are near each other, whatever words or language they use.

use super::fold::fold;
use super::lexicon::rows;
use super::postings::{Fields, Postings};
use super::terms::{Key, Reading, Term, terms};
use super::tokens::tokens;
use std::collections::HashMap;
use std::sync::LazyLock;

pub static INTENTS: LazyLock<Intents> = LazyLock::new(Intents::read);

/// Messages look at the nearest few of an intent: one lucky match must not decide.
const NEAREST: usize = 3;

pub struct Intents {
    names: Vec<&'static str>,
    whole: Postings,
    messages: Postings,
    /// Per message: its intent, and the weight of all its terms.
    owners: Vec<(u16, f32)>,
}

/// How near each intent is (best first, at least a fifth of the best), and how much of the question that explains.
#[derive(Clone, Debug, Default)]
pub struct Nearness {
    pub intents: Vec<(u16, f32)>,
    pub confidence: f32,
}

fn analysed(text: &str) -> Vec<Term> {
    let folded = fold(text, 400);
    let tokens = super::query::aliased(tokens(&folded));
    let question = terms(&folded, &tokens, Reading::Question);
    if question.is_empty() { terms(&folded, &tokens, Reading::Text) } else { question }
}

impl Intents {
    fn read() -> Self {
        let mut names: Vec<&'static str> = Vec::new();
        let mut whole: Vec<Fields> = Vec::new();
        let mut messages = Vec::new();
        let mut owners = Vec::new();
        let files = [include_str!("../lexicon/intents.en.tsv"), include_str!("../lexicon/intents.zh.tsv")];
        for row in files.into_iter().flat_map(rows) {
            let [name, texts] = row.as_slice() else { continue };
            let intent = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name);
                whole.push(Fields::default());
                names.len() - 1
            });
            for (number, message) in texts.split('|').enumerate() {
                let terms = analysed(message);
                whole[intent].add(if number == 0 { 1.5 } else { 1.0 }, terms.clone());
                let mut fields = Fields::default();
                fields.add(1.0, terms);
                messages.push(fields);
                owners.push((u16::try_from(intent).unwrap_or(u16::MAX), 0.0));
            }
        }
        let whole = Postings::build(&whole);
        let messages_index = Postings::build(&messages);
        for (owner, message) in owners.iter_mut().zip(&messages) {
            let weights =
                message.terms().map(|term| (term.weight * messages_index.idf(messages_index.find(term.key))).powi(2));
            owner.1 = weights.sum::<f32>().sqrt();
        }
        Self { names, whole, messages: messages_index, owners }
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn knows(&self, key: Key) -> bool {
        self.messages.find(key).is_some()
    }

    #[cfg(test)]
    pub fn name(&self, intent: u16) -> &'static str {
        self.names.get(intent as usize).copied().unwrap_or_default()
    }

    /// Compares weighted terms with all intents.
    pub fn near(&self, terms: &HashMap<Key, f32>) -> Nearness {
        let mut whole = vec![0.0_f32; self.names.len()];
        let mut products = vec![0.0_f32; self.owners.len()];
        let (mut norm, mut possible, mut most) = (0.0, 0.0, 0.0_f32);
        for (key, weight) in terms {
            let id = self.whole.find(*key);
            possible += weight * self.whole.idf(id);
            if let Some(id) = id {
                self.whole.each(id, |intent, impact| whole[intent] += weight * impact);
            }
            let id = self.messages.find(*key);
            let idf = self.messages.idf(id);
            norm += (weight * idf).powi(2);
            if let Some(id) = id {
                self.messages.each(id, |message, _| products[message] += (weight * idf) * idf);
            }
        }
        let norm = norm.sqrt().max(f32::EPSILON);
        let mut nearest = vec![[0.0_f32; NEAREST]; self.names.len()];
        for ((intent, weight), product) in self.owners.iter().zip(products) {
            if product > 0.0 {
                let cosine = (product / (norm * weight.max(f32::EPSILON))).min(1.0);
                let best = &mut nearest[*intent as usize];
                if let Some(place) = best.iter().position(|other| cosine > *other) {
                    best[place..].rotate_right(1);
                    best[place] = cosine;
                }
            }
        }
        most = whole.iter().copied().fold(most, f32::max);
        let scored = whole.iter().zip(&nearest).map(|(whole, nearest)| {
            let cosine = nearest[0] * super::tune::N0()
                + nearest[1] * super::tune::N1()
                + nearest[2] * (1.0 - super::tune::N0() - super::tune::N1());
            super::tune::WHOLE() * whole / (possible.max(f32::EPSILON) * 1.6) + cosine
        });
        let mut intents: Vec<_> = (0..).zip(scored).collect();
        intents.sort_by(|a: &(u16, f32), b| b.1.total_cmp(&a.1));
        let best = intents.first().map_or(0.0, |(_, score)| *score);
        if most <= 0.0 || best <= 0.0 {
            return Nearness::default();
        }
        intents.retain(|(_, score)| *score > best * 0.2);
        for (_, score) in &mut intents {
            *score /= best;
        }
        Nearness { intents, confidence: best.min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(question: &str) -> &'static str {
        let terms = analysed(question).into_iter().map(|term| (term.key, term.weight)).collect();
        INTENTS.near(&terms).intents.first().map_or("", |(intent, _)| INTENTS.name(*intent))
    }

    #[test]
    fn both_files_hold_the_same_intents_with_enough_messages() {
        let names = |file| rows(file).map(|row| row[0]).collect::<Vec<_>>();
        let english = names(include_str!("../lexicon/intents.en.tsv"));
        assert_eq!(english, names(include_str!("../lexicon/intents.zh.tsv")));
        for row in
            rows(include_str!("../lexicon/intents.en.tsv")).chain(rows(include_str!("../lexicon/intents.zh.tsv")))
        {
            assert!(row.len() == 2 && row[1].split('|').count() >= 5, "{row:?}");
        }
    }

    #[test]
    fn messages_that_differ_by_a_word_mean_different_things() {
        for (question, intent) in [
            ("where is my parcel", "track-order"),
            ("money back", "get-refund"),
            ("when do I get my money back", "track-refund"),
            ("显示签收没收到", "delivered-not-received"),
            ("还没收到货 都两个星期了", "delivery-delay"),
            ("退货运费谁出", "return-postage"),
        ] {
            assert_eq!(nearest(question), intent, "{question}");
        }
    }
}
