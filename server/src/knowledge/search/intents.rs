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
    messages: HashMap<Key, Saying>,
    /// Per message: its intent, and the length of its vector of terms.
    owners: Vec<(u16, f32)>,
}

/// In which messages a term is said, and how much it weighs there.
#[derive(Default)]
struct Saying {
    idf: f32,
    messages: Vec<(u32, f32)>,
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
        let mut messages: HashMap<Key, Saying> = HashMap::new();
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
                let number = u32::try_from(owners.len()).unwrap_or(u32::MAX);
                let vector: HashMap<Key, f32> = terms.iter().map(|term| (term.key, term.weight)).collect();
                for (key, weight) in vector {
                    messages.entry(key).or_default().messages.push((number, weight));
                }
                owners.push((u16::try_from(intent).unwrap_or(u16::MAX), 0.0));
            }
        }
        let whole = Postings::build(&whole);
        for saying in messages.values_mut() {
            saying.idf = ((owners.len() as f32 + 1.0) / (saying.messages.len() as f32 + 0.5)).ln();
            for (message, weight) in &mut saying.messages {
                *weight *= saying.idf;
                owners[*message as usize].1 += *weight * *weight;
            }
        }
        owners.iter_mut().for_each(|owner| owner.1 = owner.1.sqrt());
        Self { names, whole, messages, owners }
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn knows(&self, key: Key) -> bool {
        self.messages.contains_key(&key)
    }

    #[cfg(test)]
    pub fn name(&self, intent: u16) -> &'static str {
        self.names.get(intent as usize).copied().unwrap_or_default()
    }

    /// Compares weighted terms with all intents.
    pub fn near(&self, terms: &HashMap<Key, f32>) -> Nearness {
        let mut whole = vec![0.0_f32; self.names.len()];
        let mut products = vec![0.0_f32; self.owners.len()];
        let (mut norm, mut possible) = (0.0, 0.0);
        let rarest = (self.owners.len() as f32).ln();
        for (key, weight) in terms {
            let id = self.whole.find(*key);
            possible += weight * self.whole.idf(id);
            if let Some(id) = id {
                self.whole.each(id, |intent, impact| whole[intent] += weight * impact);
            }
            // A word in no message still takes away from how much of the question is explained.
            let Some(saying) = self.messages.get(key) else {
                norm += (weight * 0.5 * rarest).powi(2);
                continue;
            };
            norm += (weight * saying.idf).powi(2);
            for (message, said) in &saying.messages {
                products[*message as usize] += weight * saying.idf * said;
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
        let scored = whole.iter().zip(&nearest).map(|(whole, nearest)| {
            let cosine = nearest[0] * 0.6 + nearest[1] * 0.25 + nearest[2] * 0.15;
            0.5 * whole / (possible.max(f32::EPSILON) * 1.6) + cosine
        });
        let mut intents: Vec<_> = (0..).zip(scored).collect();
        intents.sort_by(|a: &(u16, f32), b| b.1.total_cmp(&a.1));
        let best = intents.first().map_or(0.0, |(_, score)| *score);
        if best <= 0.0 {
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
