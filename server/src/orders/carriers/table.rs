//! Every carrier that we know: one entry, one screenful to look for it.

/// One carrier.
#[derive(Debug)]
pub struct Carrier {
    /// Ours, for ever: stored with every parcel.
    pub code: &'static str,
    pub english: &'static str,
    pub chinese: &'static str,
    /// What shops, people and tracking services call it: lower case, without blanks and signs.
    pub names: &'static [&'static str],
    /// Its own page of a parcel, with `{n}` where the number goes; without one where the carrier's page takes none.
    pub page: &'static str,
}

const fn carrier(
    code: &'static str,
    [english, chinese]: [&'static str; 2],
    names: &'static [&'static str],
    page: &'static str,
) -> Carrier {
    Carrier { code, english, chinese, names, page }
}

pub const CARRIERS: &[Carrier] = &[
    carrier(
        "sf",
        ["SF Express", "顺丰速运"],
        &["sf", "sfexpress", "shunfeng", "sfinternational", "顺丰", "顺丰速运", "順豐", "順豐速運", "顺丰快递"],
        "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{n}",
    ),
    carrier(
        "yto",
        ["YTO Express", "圆通速递"],
        &["yto", "ytoexpress", "yuantong", "圆通", "圆通速递", "圆通快递", "圓通速遞"],
        "https://www.yto.net.cn/",
    ),
    carrier(
        "zto",
        ["ZTO Express", "中通快递"],
        &["zto", "ztoexpress", "zhongtong", "中通", "中通快递", "中通速递"],
        "https://www.zto.com/express/expressCheck.html?txtBill={n}",
    ),
    carrier(
        "sto",
        ["STO Express", "申通快递"],
        &["sto", "stoexpress", "shentong", "申通", "申通快递"],
        "https://www.sto.cn/",
    ),
    carrier(
        "yunda",
        ["Yunda Express", "韵达快递"],
        &["yunda", "yundaexpress", "yundaex", "yd", "韵达", "韵达快递", "韵达速递"],
        "https://www.yundaex.com/",
    ),
    carrier(
        "jd",
        ["JD Logistics", "京东快递"],
        &["jd", "jdl", "jdlogistics", "jdexpress", "jingdong", "京东", "京东物流", "京东快递"],
        "https://www.jdl.com/orderSearch/?waybillCodes={n}",
    ),
    carrier(
        "ems",
        ["China Post EMS", "中国邮政 EMS"],
        &[
            "ems",
            "chinaems",
            "chinapost",
            "chinapostems",
            "emschina",
            "youzhengguonei",
            "youzhengbk",
            "中国邮政",
            "邮政",
            "邮政ems",
            "邮政快递包裹",
        ],
        "https://www.ems.com.cn/",
    ),
    carrier(
        "cainiao",
        ["Cainiao", "菜鸟裹裹"],
        &["cainiao", "cainiaoexpress", "danniao", "菜鸟", "菜鸟裹裹", "菜鸟速递", "丹鸟"],
        "https://global.cainiao.com/newDetail.htm?mailNoList={n}",
    ),
    carrier(
        "deppon",
        ["Deppon", "德邦快递"],
        &["deppon", "depponexpress", "debangkuaidi", "debangwuliu", "德邦", "德邦快递", "德邦物流"],
        "https://www.deppon.com/",
    ),
    carrier(
        "jt",
        ["J&T Express", "极兔速递"],
        &["jt", "jtexpress", "jandtexpress", "jtexpresscn", "极兔", "极兔速递", "极兔快递"],
        "https://www.jtexpress.com.cn/",
    ),
    carrier(
        "ups",
        ["UPS", "UPS"],
        &["ups", "upsmailinnovations", "upsmi", "unitedparcelservice"],
        "https://www.ups.com/track?tracknum={n}",
    ),
    carrier(
        "usps",
        ["USPS", "美国邮政 USPS"],
        &["usps", "uspostalservice", "unitedstatespostalservice", "stampscom", "美国邮政"],
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={n}",
    ),
    carrier(
        "fedex",
        ["FedEx", "联邦快递 FedEx"],
        &["fedex", "fedexgroundeconomy", "fedexsmartpost", "fedexsameday", "fedexuk", "federalexpress", "联邦快递"],
        "https://www.fedex.com/fedextrack/?trknbr={n}",
    ),
    carrier(
        "dhl",
        ["DHL", "DHL"],
        &[
            "dhl",
            "dhlexpress",
            "dhlecommerce",
            "dhlecommerceasia",
            "dhlpaket",
            "dhlparcel",
            "dhlgermany",
            "dhlen",
            "deutschepost",
            "敦豪",
        ],
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={n}",
    ),
    carrier(
        "royal_mail",
        ["Royal Mail", "英国皇家邮政"],
        &["royalmail", "royalmailgroup", "royalmailtracked", "英国皇家邮政"],
        "https://www.royalmail.com/track-your-item#/tracking-results/{n}",
    ),
    carrier(
        "evri",
        ["Evri", "Evri"],
        &["evri", "hermes", "myhermes", "hermesuk"],
        "https://www.evri.com/track/parcel/{n}/details",
    ),
    carrier(
        "dpd",
        ["DPD", "DPD"],
        &["dpd", "dpduk", "dpdlocal", "dpdgermany", "dpdde", "dpdfrance"],
        "https://tracking.dpd.de/status/en_US/parcel/{n}",
    ),
    carrier(
        "gls",
        ["GLS", "GLS"],
        &["gls", "glsgermany", "glsitaly", "glsspain", "glsus", "generallogisticssystems"],
        "https://gls-group.eu/EU/en/parcel-tracking?match={n}",
    ),
];
