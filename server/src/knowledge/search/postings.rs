//! An inverted index with BM25F weights worked out when it is built, so that a search only adds numbers.

use super::terms::{Key, Kind, Term};
use std::collections::HashMap;

const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.5;

struct Posting {
    document: u32,
    impact: f32,
}

pub struct Postings {
    terms: HashMap<Key, u32>,
    lists: Vec<Box<[Posting]>>,
    idf: Vec<f32>,
    documents: usize,
}

/// Terms of one document by field; a field's weight multiplies its term counts.
#[derive(Default)]
pub struct Fields(Vec<(f32, Vec<Term>)>);

impl Fields {
    pub fn add(&mut self, weight: f32, terms: Vec<Term>) {
        self.0.push((weight, terms));
    }
}

impl Postings {
    pub fn build(documents: &[Fields]) -> Self {
        let mut terms: HashMap<Key, u32> = HashMap::new();
        let mut kinds = Vec::new();
        let mut counts: Vec<Vec<(u32, f32)>> = Vec::new();
        let lengths: Vec<f32> = documents.iter().map(length).collect();
        let average = (lengths.iter().sum::<f32>() / lengths.len().max(1) as f32).max(1.0);
        for (document, fields) in documents.iter().enumerate() {
            let document = u32::try_from(document).unwrap_or(u32::MAX);
            let norm = 1.0 - LENGTH + LENGTH * lengths[document as usize] / average;
            let mut tally: HashMap<u32, f32> = HashMap::new();
            for (weight, field) in &fields.0 {
                for term in field {
                    let id = *terms.entry(term.key).or_insert_with(|| {
                        counts.push(Vec::new());
                        kinds.push(term.kind);
                        u32::try_from(counts.len() - 1).unwrap_or(u32::MAX)
                    });
                    *tally.entry(id).or_default() += weight * term.weight / term.kind.weight() / norm;
                }
            }
            for (id, count) in tally {
                counts[id as usize].push((document, count));
            }
        }
        // A word's rarity is judged among the texts of its own script: half of a bilingual shop's texts are not.
        let mut spread = [0_usize; 2];
        for fields in documents {
            let han = fields.0.iter().any(|(_, field)| field.iter().any(|term| term.kind == Kind::Character));
            spread[usize::from(han)] += 1;
        }
        let among = |kind| match kind {
            Kind::Word => spread[0].max(documents.len() / 3),
            Kind::Concept => documents.len(),
            _ => spread[1],
        };
        let idf: Vec<f32> = counts.iter().zip(&kinds).map(|(list, kind)| idf(among(*kind), list.len())).collect();
        let lists = counts.into_iter().zip(&idf).map(|(list, idf)| {
            let impact = |count: f32| idf * count * (SATURATION + 1.0) / (count + SATURATION);
            list.into_iter().map(|(document, count)| Posting { document, impact: impact(count) }).collect()
        });
        Self { lists: lists.collect(), terms, idf, documents: documents.len() }
    }

    pub fn find(&self, key: Key) -> Option<u32> {
        self.terms.get(&key).copied()
    }

    /// How much a term tells; for one in no document as much as for the rarest.
    pub fn idf(&self, term: Option<u32>) -> f32 {
        term.map_or_else(|| idf(self.documents, 0), |term| self.idf[term as usize])
    }

    pub fn each(&self, term: u32, mut take: impl FnMut(usize, f32)) {
        for posting in &self.lists[term as usize] {
            take(posting.document as usize, posting.impact);
        }
    }
}

fn idf(documents: usize, holding: usize) -> f32 {
    let (documents, holding) = (documents as f32, holding as f32);
    (1.0 + (documents - holding).max(0.0) + 0.5).ln() - (holding + 0.5).ln() + 0.1
}

fn length(fields: &Fields) -> f32 {
    let counted = |term: &&Term| matches!(term.kind, Kind::Word | Kind::Pair);
    fields.0.iter().map(|(weight, field)| weight.min(1.0) * field.iter().filter(counted).count() as f32).sum()
}
