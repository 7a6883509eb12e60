//! What is answered before a person is asked. For now by simple rules: an order of her own that she names, and the help articles
//! that are surely about her question. Whatever else is a person's.

mod numbers;
mod person;

use crate::{
    app::App,
    conversations::{
        access::Visitor,
        first_answer::{Assistant, Question},
        visitor_store,
    },
    error::Error,
    orders::{own_store, view},
    shoppers::{self, session},
};
use aftercart_shared::{
    events::Card,
    ids::{OrderId, SiteId},
    validate,
};
use futures_util::{FutureExt, future::BoxFuture};

/// More to choose from is no answer.
const ARTICLES_MAX: usize = 3;

/// Answers by rules, and never with words of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByRules;

impl Assistant for ByRules {
    fn answer<'a>(&'a self, app: &'a App, question: Question<'a>) -> BoxFuture<'a, Result<Vec<Card>, Error>> {
        async move {
            if person::is_asked_for(question.text) {
                return Ok(Vec::new());
            }
            let orders = orders(app, question.site, question.visitor, question.text).await?;
            if orders.is_empty() { articles(app, question).await } else { Ok(orders) }
        }
        .boxed()
    }
}

/// Of somebody else's order the answer is the same as of none: only her own are looked for.
async fn orders(app: &App, site: &SiteId, visitor: &Visitor, text: &str) -> Result<Vec<Card>, Error> {
    let numbers = numbers::named(text);
    if numbers.is_empty() || visitor.shopper_id().is_none() {
        return Ok(Vec::new());
    }
    let Some(proved) = visitor_store::proved(&app.db, site, visitor.id()).await? else { return Ok(Vec::new()) };
    // What she had proved in a session that has ended she proves again before she sees anything.
    if !session::lives(app, site, &proved.session_hash).await? {
        return Ok(Vec::new());
    }
    let hers = shoppers::as_kept(site, proved.email, proved.phone);
    let zone = app.sites.by_id(site).await?.time_zone.clone();
    let mut cards: Vec<Card> = Vec::new();
    for number in &numbers {
        let Some(order) = own_store::by_number(&app.db, &hers, number).await? else { continue };
        let seen = view::own_order(&order, &zone);
        let card = Card::Order { id: OrderId(order.found.order.order_id), number: seen.number, status: seen.status };
        if !cards.contains(&card) {
            cards.push(card);
        }
    }
    Ok(cards)
}

async fn articles(app: &App, question: Question<'_>) -> Result<Vec<Card>, Error> {
    // A long story is more than a question, and its words are in every article.
    let Ok(asked) = validate::search_query(question.text) else { return Ok(Vec::new()) };
    let revision = app.sites.by_id(question.site).await?.articles_revision;
    let index = app.knowledge.index(question.site, revision).await?;
    let found = index.sure(&asked, question.locale, ARTICLES_MAX);
    let card = |found: aftercart_shared::api::articles::SearchResult| Card::Article {
        slug: found.slug,
        title: found.title,
        snippet: found.snippet,
    };
    Ok(found.into_iter().map(card).collect())
}
