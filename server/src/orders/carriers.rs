//! Carriers' names as their customers know them.

use aftercart_shared::locale::Locale;

/// Code, English, Chinese.
const NAMES: [(&str, &str, &str); 18] = [
    ("sf", "SF Express", "顺丰速运"),
    ("yto", "YTO Express", "圆通速递"),
    ("zto", "ZTO Express", "中通快递"),
    ("sto", "STO Express", "申通快递"),
    ("yunda", "Yunda Express", "韵达快递"),
    ("jd", "JD Logistics", "京东快递"),
    ("ems", "China Post EMS", "中国邮政 EMS"),
    ("cainiao", "Cainiao", "菜鸟裹裹"),
    ("deppon", "Deppon", "德邦快递"),
    ("jt", "J&T Express", "极兔速递"),
    ("ups", "UPS", "UPS"),
    ("usps", "USPS", "美国邮政 USPS"),
    ("fedex", "FedEx", "联邦快递 FedEx"),
    ("dhl", "DHL", "DHL"),
    ("royal_mail", "Royal Mail", "英国皇家邮政"),
    ("evri", "Evri", "Evri"),
    ("dpd", "DPD", "DPD"),
    ("gls", "GLS", "GLS"),
];

/// `None` for `other` and whatever we have not heard of.
pub fn name(code: &str, locale: Locale) -> Option<&'static str> {
    let (_, english, chinese) = NAMES.iter().find(|(known, ..)| *known == code)?;
    Some(if locale.is_chinese() { chinese } else { english })
}
