//! The canned replies with which the demo shop begins: whoever tries the desk types `/` and sees what it is for.

use super::canned_store::{self, CannedRow};
use crate::db::{self, Db};
use aftercart_shared::{
    api::desk::CannedIn,
    ids::{AgentId, SiteId},
    locale::Locale,
    time::Timestamp,
};

/// Shortcut, English, Chinese.
const REPLIES: [(&str, &str, &str); 5] = [
    (
        "hello",
        "Hello {name}, this is {agent}. I’ll look into it right away.",
        "您好{name}，我是{agent}，马上为您查看。",
    ),
    (
        "late",
        "I’m sorry that order {order} is taking longer than promised. I’m asking the carrier now, and I’ll tell you what they say.",
        "非常抱歉，订单 {order} 比承诺的时间晚了。我正在向承运方核实，有结果马上告诉您。",
    ),
    (
        "return",
        "You can begin the return yourself in a minute: open the order here, choose “Return or exchange”, and we’ll do the rest.",
        "您可以自己发起退货，只需一分钟：在这里打开订单，选择“退货或换货”，后续由我们处理。",
    ),
    (
        "refunded",
        "The refund for order {order} is on its way. Depending on your bank it arrives within 3 to 5 working days.",
        "订单 {order} 的退款已经发出，视银行处理情况，3 到 5 个工作日内到账。",
    ),
    (
        "bye",
        "Is there anything else I can help you with? If not, have a lovely day.",
        "请问还有什么可以帮您？没有的话，祝您生活愉快。",
    ),
];

/// Puts them in, unless the shop has any.
///
/// # Errors
/// What the database says.
pub async fn begin(db: &Db, site: &SiteId, agent: &AgentId, now: Timestamp) -> Result<(), db::Error> {
    if !canned_store::list(db, site).await?.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    for (shortcut, english, chinese) in REPLIES {
        let texts = [(Locale::En, english), (Locale::ZhCn, chinese)]
            .map(|(locale, text)| CannedIn { locale, text: text.to_owned() });
        let texts = serde_json::to_string(&texts).map_err(|error| db::Error::Corrupt(error.to_string()))?;
        rows.push(CannedRow { shortcut: shortcut.to_owned(), texts });
    }
    let (site, agent) = (site.clone(), agent.clone());
    db.write(move |tx| {
        Box::pin(async move {
            for row in rows {
                canned_store::put(tx, &site, &row, &agent, now).await?;
            }
            Ok(())
        })
    })
    .await
}
