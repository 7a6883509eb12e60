//! What holds for every order there can be.

use super::*;
use aftercart_shared::{
    money::{Currency, Money},
    returns::Percent,
};
use proptest::prelude::*;

fn percent(text: &str) -> Percent {
    Percent::parse(text).unwrap()
}

#[test]
fn a_discount_is_shared_to_the_last_cent() {
    assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(split(-100, &[1, 1, 1]), [-34, -33, -33]);
    assert_eq!(split(10, &[5, 0, 15]), [3, 0, 7], "the remainders are equal: the earlier one gets the unit");
    assert_eq!(split(1, &[1, 2]), [0, 1], "the larger remainder gets it");
    assert_eq!(split(7, &[0, 0]), [4, 3], "nobody weighs anything: the same for everybody");
    assert_eq!(split(5, &[-3, 1]), [0, 5]);
    assert_eq!(split(5, &[]), [0_i64; 0]);
    assert_eq!(split(i64::MAX, &[i64::MAX, i64::MAX]), [i64::MAX / 2 + 1, i64::MAX / 2]);
}

#[test]
fn pieces_of_a_line_are_taken_from_the_front() {
    assert_eq!((0..=3).map(|n| pieces(100, 3, n)).collect::<Vec<_>>(), [0, 34, 67, 100]);
    assert_eq!((0..=3).map(|n| pieces(-100, 3, n)).collect::<Vec<_>>(), [0, -34, -67, -100]);
    assert_eq!((pieces(100, 3, 9), pieces(100, 3, -1), pieces(100, 0, 1), pieces(100, -1, 1)), (100, 0, 0, 0));
}

#[test]
fn a_percentage_rounds_half_a_unit_up() {
    assert_eq!(portion(1_000, percent("5%")), 50);
    assert_eq!(portion(10, percent("5%")), 1);
    assert_eq!(portion(9, percent("5%")), 0);
    assert_eq!(portion(-10, percent("5%")), -1);
    assert_eq!(portion(333, percent("33.33%")), 111);
    assert_eq!((with_bonus(8_900, percent("5%")), with_bonus(0, percent("5%"))), (9_345, 0));
}

#[test]
fn an_exchange_settles_the_difference() {
    assert_eq!(difference(5_900, 5_900), Difference::Even);
    assert_eq!(difference(5_900, 6_400), Difference::ShopperPays(500));
    assert_eq!(difference(5_900, 5_400), Difference::ShopRefunds(500));
}

/// A lamp for 89.00 and three bulbs for 12.00 each, 10.00 off, 4.95 delivery, 30.00 of it by gift card.
fn lamp_and_bulbs() -> OrderSums {
    let line = |quantity, price| LineSums { quantity, price, ..LineSums::default() };
    OrderSums {
        lines: vec![line(1, 8_900), line(3, 3_600)],
        discount: 1_000,
        delivery: 495,
        gift_cards: 3_000,
        ..OrderSums::default()
    }
}

fn back(line: usize, quantity: i64) -> Part {
    Part { line, quantity, restocking: Percent::NONE }
}

#[test]
fn two_bulbs_then_the_rest() {
    let order = lamp_and_bulbs();
    assert_eq!(order.paid(), 11_995);
    let whole = Terms { postage: 0, delivery: DeliveryCharge::WholeOrder };
    let bulbs = refund(&order, &Given::default(), &[back(1, 2)], Terms { postage: 295, ..whole }).unwrap();
    // 10.00 is shared 7.12 : 2.88, so three bulbs cost 33.12 and each 11.04.
    assert_eq!((bulbs.lines[0].price, bulbs.lines[0].discount, bulbs.lines[0].paid), (2_400, 192, 2_208));
    assert_eq!((bulbs.postage, bulbs.delivery, bulbs.total, bulbs.to_gift_cards), (295, 0, 1_913, 0));
    assert_eq!(bulbs.money_left, Some(8_995), "the rest went by gift card");
    let given = Given::default().and(&bulbs);
    let rest = refund(&order, &given, &[back(0, 1), back(1, 1)], whole).unwrap();
    assert_eq!((rest.delivery, rest.total), (495, 8_188 + 1_104 + 495));
    assert_eq!(bulbs.total + rest.total + bulbs.postage, order.paid());
    // Money first: 89.95 of it, and 2.95 stayed with the shop.
    assert_eq!((rest.to_payment(), rest.to_gift_cards), (8_995 - 1_913, 3_000 - 295));
    assert_eq!(rest.money_left, Some(8_995 - 1_913));
    let over = refund(&order, &given.and(&rest), &[back(1, 1)], whole);
    assert_eq!(over, Err(PartError::OverWhatIsLeft { left: 0 }));
}

#[test]
fn fees_never_take_more_than_there_is() {
    let order = lamp_and_bulbs();
    let part = Part { restocking: percent("50%"), ..back(1, 1) };
    let some = refund(&order, &Given::default(), &[part], Terms { postage: 100, ..Terms::default() }).unwrap();
    assert_eq!((some.lines[0].paid, some.restocking, some.postage, some.total), (1_104, 552, 100, 452));
    let all = refund(&order, &Given::default(), &[part], Terms { postage: 9_999, ..Terms::default() }).unwrap();
    assert_eq!((all.postage, all.total), (552, 0));
}

#[test]
fn tax_on_top_comes_back_and_tax_inside_is_only_told() {
    let line = LineSums { quantity: 2, price: 2_000, discount: 0, tax: 175 };
    for (tax_is, paid, first) in [(Tax::Added, 2_175, 1_088), (Tax::Included, 2_000, 1_000)] {
        let order = OrderSums { lines: vec![line], tax_is, ..OrderSums::default() };
        let one = refund(&order, &Given::default(), &[back(0, 1)], Terms::default()).unwrap();
        assert_eq!((order.paid(), one.total, one.lines[0].tax), (paid, first, 88));
        assert_eq!(one.money_left, None, "no gift card, no question");
    }
}

#[test]
fn a_delivery_charge_is_shared_or_kept() {
    let order = lamp_and_bulbs();
    let share = Terms { postage: 0, delivery: DeliveryCharge::Share };
    let lamp = refund(&order, &Given::default(), &[back(0, 1)], share).unwrap();
    assert_eq!(lamp.delivery, 352, "4.95 × 81.88 / 115.00");
    // The policy changed its mind in between: what was given back already is not given twice.
    let rest = Terms { delivery: DeliveryCharge::WholeOrder, ..share };
    let bulbs = refund(&order, &Given::default().and(&lamp), &[back(1, 3)], rest).unwrap();
    assert_eq!(bulbs.delivery, 495 - 352);
    let kept = refund(&order, &Given::default(), &[back(0, 1), back(1, 3)], Terms::default()).unwrap();
    assert_eq!(kept.delivery, 0);
}

#[test]
fn sums_that_contradict_one_another_are_refused() {
    let line = LineSums { quantity: 1, price: 100, ..LineSums::default() };
    let order =
        |line, discount, gift_cards| OrderSums { lines: vec![line], discount, gift_cards, ..OrderSums::default() };
    assert_eq!(shares(&order(LineSums { price: -1, ..line }, 0, 0)), Err(WrongSums::Negative));
    assert_eq!(shares(&order(LineSums { discount: 101, ..line }, 0, 0)), Err(WrongSums::DiscountTooLarge));
    assert_eq!(shares(&order(line, 101, 0)), Err(WrongSums::DiscountTooLarge));
    assert_eq!(shares(&order(LineSums { discount: 50, ..line }, 51, 0)), Err(WrongSums::DiscountTooLarge));
    assert_eq!(shares(&order(line, 100, 1)), Err(WrongSums::GiftCardsTooLarge));
    assert_eq!(shares(&order(LineSums { price: i64::MAX, ..line }, 1, 0)), Err(WrongSums::TooLarge));
    assert!(shares(&order(LineSums { discount: 100, ..line }, 0, 0)).is_ok());
    assert!(shares(&order(line, 100, 0)).is_ok() && shares(&order(line, 40, 60)).is_ok());
    let fine = order(line, 0, 0);
    for (part, error) in [
        (back(1, 1), PartError::NoSuchLine),
        (back(0, 0), PartError::NotAQuantity),
        (back(0, -1), PartError::NotAQuantity),
        (back(0, 2), PartError::OverWhatIsLeft { left: 1 }),
    ] {
        assert_eq!(refund(&fine, &Given::default(), &[part], Terms::default()), Err(error));
    }
    let twice = refund(&fine, &Given::default(), &[back(0, 1), back(0, 1)], Terms::default());
    assert_eq!(twice, Err(PartError::Twice));
}

#[test]
fn free_goods_carry_the_delivery_by_their_pieces() {
    let free = LineSums { quantity: 1, ..LineSums::default() };
    let gone = LineSums { quantity: 0, price: 50, ..LineSums::default() };
    let order =
        OrderSums { lines: vec![free, LineSums { quantity: 3, ..free }], delivery: 400, ..OrderSums::default() };
    assert_eq!(shares(&order).unwrap().iter().map(|share| share.delivery).collect::<Vec<_>>(), [100, 300]);
    // One of three is off, and it falls on the dearer line: both then cost the same.
    let lines = vec![LineSums { price: 1, ..free }, LineSums { price: 2, ..free }];
    let order = OrderSums { lines, discount: 1, delivery: 100, ..OrderSums::default() };
    assert_eq!(shares(&order).unwrap().iter().map(|share| share.delivery).collect::<Vec<_>>(), [50, 50]);
    let order = OrderSums { lines: vec![gone, LineSums { price: 1, ..free }], delivery: 9, ..OrderSums::default() };
    assert_eq!(shares(&order).unwrap()[1].delivery, 9, "a line without pieces could never give its share back");
}

prop_compose! {
    fn lines()(lines in prop::collection::vec((1_i64..6, 0_i64..2_000_000, 0_u32..=100, 0_i64..50_000), 1..7)) -> Vec<LineSums> {
        lines.into_iter().map(|(quantity, price, off, tax)| {
            LineSums { quantity, price, discount: price * i64::from(off) / 100, tax }
        }).collect()
    }
}

prop_compose! {
    fn orders()(
        lines in lines(),
        off in 0_i64..=100,
        tax in 0_i64..100_000,
        added in any::<bool>(),
        delivery in 0_i64..5_000,
        by_card in 0_i64..=100,
    ) -> OrderSums {
        let net: i64 = lines.iter().map(|line| line.price - line.discount).sum();
        let tax_is = if added { Tax::Added } else { Tax::Included };
        let order = OrderSums { lines, discount: net * off / 100, tax, tax_is, delivery, gift_cards: 0 };
        OrderSums { gift_cards: order.paid() * by_card / 100, ..order }
    }
}

/// Every piece of the order, in some order, in parcels of some size.
fn returns(order: &OrderSums, shuffle: &[usize], sizes: &[usize]) -> Vec<Vec<(usize, i64)>> {
    let mut all: Vec<usize> = Vec::new();
    for (i, line) in order.lines.iter().enumerate() {
        all.extend(std::iter::repeat_n(i, usize::try_from(line.quantity).unwrap()));
    }
    for (i, swap) in shuffle.iter().enumerate() {
        let (a, b) = (i % all.len(), swap % all.len());
        all.swap(a, b);
    }
    let mut parcels = Vec::new();
    let mut sizes = sizes.iter().cycle();
    while !all.is_empty() {
        let rest = all.split_off(all.len().min(*sizes.next().unwrap()));
        let mut parcel: Vec<(usize, i64)> = Vec::new();
        for line in std::mem::replace(&mut all, rest) {
            match parcel.iter_mut().find(|(l, _)| *l == line) {
                Some((_, quantity)) => *quantity += 1,
                None => parcel.push((line, 1)),
            }
        }
        parcels.push(parcel);
    }
    parcels
}

proptest! {
    #[test]
    fn parts_add_up_and_none_is_a_unit_off(
        total in -10_000_000_i64..10_000_000,
        weights in prop::collection::vec(0_i64..1_000_000, 1..12),
    ) {
        let parts = split(total, &weights);
        prop_assert_eq!(parts.iter().sum::<i64>(), total);
        let whole: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        for (part, weight) in parts.iter().zip(&weights).filter(|_| whole > 0) {
            let off = i128::from(*part) * whole - i128::from(total) * i128::from(*weight);
            prop_assert!(off.abs() < whole, "{} of {} by {:?}", part, total, weights);
            prop_assert!(part.signum() != -total.signum());
        }
    }

    #[test]
    fn pieces_are_those_of_a_split(total in -100_000_i64..100_000, quantity in 1_i64..30) {
        let parts = split(total, &vec![1; usize::try_from(quantity).unwrap()]);
        for count in 0..=quantity {
            let front: i64 = parts.iter().take(usize::try_from(count).unwrap()).sum();
            prop_assert_eq!(pieces(total, quantity, count), front);
        }
    }

    #[test]
    fn shares_add_up_to_what_was_paid(order in orders()) {
        let shares = shares(&order).unwrap();
        prop_assert_eq!(shares.iter().map(|s| s.paid() + s.delivery).sum::<i64>(), order.paid());
        prop_assert_eq!(shares.iter().map(|s| s.delivery).sum::<i64>(), order.delivery);
        let discounts = order.discount + order.lines.iter().map(|line| line.discount).sum::<i64>();
        prop_assert_eq!(shares.iter().map(|s| s.discount).sum::<i64>(), discounts);
        prop_assert!(shares.iter().all(|s| s.price >= s.discount && s.paid() >= 0 && s.delivery >= 0));
    }

    /// The heart of it: whatever comes back in whatever order, in the end exactly the whole has been given back.
    #[test]
    fn everything_returned_in_any_order_is_the_whole(
        order in orders(),
        shuffle in prop::collection::vec(0_usize..1_000, 0..40),
        sizes in prop::collection::vec(1_usize..5, 1..6),
        fee in 0_u32..=10_000,
        by_share in any::<bool>(),
        code in prop::sample::select(vec!["JPY", "CNY", "KWD"]),
    ) {
        let delivery = if by_share { DeliveryCharge::Share } else { DeliveryCharge::WholeOrder };
        let restocking = Percent::from_basis_points(fee).unwrap();
        let currency = Currency::parse(code).unwrap();
        let shares = shares(&order).unwrap();
        let (mut given, mut out, mut gift_cards, mut kept, mut told) = (Given::default(), 0, 0, 0, [0; 3]);
        for parcel in returns(&order, &shuffle, &sizes) {
            let parts: Vec<Part> =
                parcel.iter().map(|&(line, quantity)| Part { line, quantity, restocking }).collect();
            let refund = refund(&order, &given, &parts, Terms { postage: 0, delivery }).unwrap();
            prop_assert!(refund.total >= 0 && refund.restocking >= 0 && refund.delivery >= 0);
            prop_assert!(refund.to_gift_cards >= 0 && refund.to_payment() >= 0);
            prop_assert!(refund.lines.iter().all(|l| l.paid >= 0 && (0..=l.paid).contains(&l.restocking)));
            // What is written on the screen is what is booked.
            let shown = Money { minor: refund.total, currency }.to_major();
            prop_assert_eq!(Money::from_major(&shown, currency).map(|m| m.minor), Some(refund.total));
            out += refund.total;
            gift_cards += refund.to_gift_cards;
            kept += refund.restocking;
            for line in &refund.lines {
                told = [told[0] + line.price, told[1] + line.discount, told[2] + line.tax];
            }
            given = given.and(&refund);
            if by_share {
                let due = shares.iter().zip(given.pieces.iter().chain(std::iter::repeat(&0)));
                let due: i64 = due.map(|(share, count)| share.first(*count).delivery).sum();
                prop_assert_eq!(given.delivery, due, "after every refund what is due by then, and no more");
            }
        }
        prop_assert_eq!(out + kept, order.paid());
        let whole = |of: fn(&Share) -> i64| shares.iter().map(of).sum::<i64>();
        prop_assert_eq!(told, [whole(|s| s.price), whole(|s| s.discount), whole(|s| s.tax)]);
        prop_assert_eq!(given.delivery, order.delivery);
        if fee == 0 {
            prop_assert_eq!(gift_cards, order.gift_cards);
        }
        prop_assert!(gift_cards <= order.gift_cards);
        let pieces: Vec<i64> = order.lines.iter().map(|line| line.quantity).collect();
        prop_assert_eq!(given.pieces, pieces);
    }

    /// What has been given back after some pieces does not depend on how they were parcelled.
    #[test]
    fn one_parcel_or_many_is_the_same_sum(
        order in orders(),
        shuffle in prop::collection::vec(0_usize..1_000, 0..40),
        fee in 0_u32..=10_000,
    ) {
        let restocking = Percent::from_basis_points(fee).unwrap();
        let terms = Terms { postage: 0, delivery: DeliveryCharge::Share };
        let sum = |parcels: Vec<Vec<(usize, i64)>>| parcels.into_iter().fold(Given::default(), |given, parcel| {
            let parts: Vec<Part> =
                parcel.iter().map(|&(line, quantity)| Part { line, quantity, restocking }).collect();
            given.and(&refund(&order, &given, &parts, terms).unwrap())
        });
        prop_assert_eq!(sum(returns(&order, &[], &[1_000])), sum(returns(&order, &shuffle, &[1])));
    }

    #[test]
    fn an_exchange_leaves_nobody_richer(refund in 0_i64..1_000_000, price in 0_i64..1_000_000) {
        let balance = match difference(refund, price) {
            Difference::Even => 0,
            Difference::ShopperPays(more) => more,
            Difference::ShopRefunds(less) => -less,
        };
        prop_assert_eq!(refund + balance, price);
    }
}
