//! Carriers by the names shops give them.

use aftercart_shared::validate::fold_width;

/// Our code and the names under which shop systems and people know that carrier: lower case, without blanks and signs.
const NAMES: &[(&str, &[&str])] = &[
    ("sf", &["sf", "sfexpress", "shunfeng", "顺丰", "顺丰速运", "順豐", "順豐速運", "顺丰快递"]),
    ("yto", &["yto", "ytoexpress", "yuantong", "圆通", "圆通速递", "圆通快递", "圓通速遞"]),
    ("zto", &["zto", "ztoexpress", "zhongtong", "中通", "中通快递", "中通速递"]),
    ("sto", &["sto", "stoexpress", "shentong", "申通", "申通快递"]),
    ("yunda", &["yunda", "yundaexpress", "yd", "韵达", "韵达快递", "韵达速递"]),
    ("jd", &["jd", "jdl", "jdlogistics", "jdexpress", "jingdong", "京东", "京东物流", "京东快递"]),
    (
        "ems",
        &["ems", "chinaems", "chinapost", "chinapostems", "emschina", "中国邮政", "邮政", "邮政ems", "邮政快递包裹"],
    ),
    ("cainiao", &["cainiao", "cainiaoexpress", "菜鸟", "菜鸟裹裹", "菜鸟速递", "丹鸟"]),
    ("deppon", &["deppon", "depponexpress", "德邦", "德邦快递", "德邦物流"]),
    ("jt", &["jt", "jtexpress", "jandtexpress", "极兔", "极兔速递", "极兔快递"]),
    ("ups", &["ups", "upsmailinnovations", "unitedparcelservice"]),
    ("usps", &["usps", "uspostalservice", "unitedstatespostalservice", "stampscom"]),
    ("fedex", &["fedex", "fedexgroundeconomy", "fedexsameday", "fedexuk", "federalexpress", "联邦快递"]),
    (
        "dhl",
        &["dhl", "dhlexpress", "dhlecommerce", "dhlecommerceasia", "dhlpaket", "dhlparcel", "deutschepost", "敦豪"],
    ),
    ("royal_mail", &["royalmail", "royalmailgroup", "royalmailtracked"]),
    ("evri", &["evri", "hermes", "myhermes", "hermesuk"]),
    ("dpd", &["dpd", "dpduk", "dpdlocal", "dpdgermany", "dpdde", "dpdfrance"]),
    ("gls", &["gls", "glsgermany", "glsitaly", "glsspain", "glsus", "generallogisticssystems"]),
];

/// The code of a carrier by its name or code; `other` for one that we do not know.
pub fn code(name: &str) -> &'static str {
    let key: String =
        name.chars().map(fold_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    NAMES
        .iter()
        .find(|(code, names)| names.contains(&key.as_str()) || code.replace('_', "") == key)
        .map_or("other", |(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_known_by_every_usual_name() {
        for (name, expected) in [
            ("SF Express", "sf"),
            ("顺丰速运", "sf"),
            ("J&T Express", "jt"),
            ("Royal Mail", "royal_mail"),
            ("royal_mail", "royal_mail"),
            ("DHL eCommerce", "dhl"),
            ("ＵＰＳ", "ups"),
            ("Joe's bicycle", "other"),
            ("", "other"),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_stands_for_two_carriers() {
        let mut all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
