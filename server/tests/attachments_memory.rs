//! However bad the pictures, memory has a bound. Long, and alone in its process: `e2e/load/uploads.sh` runs it.

use crate::support::{
    TestApp,
    pictures::{grey_jpeg, packed_png, webp, webp_moving},
};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// `VmRSS` or `VmHWM` (the most it ever was) of this process, in MiB.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes a process of its own and a minute: e2e/load/uploads.sh"]
async fn the_worst_pictures_at_once_stay_within_the_bound() {
    // As slow as the machine may be.
    let app = TestApp::with(|config| config.limits.upload_timeout_s = 3_600, false).await;
    let (emma, _) = app.two_shoppers().await;
    // The largest that are let in, of every kind, and the traps that are not.
    let corpus: Vec<(&str, u16, Vec<u8>)> = vec![
        ("64 megapixels", 201, grey_jpeg(8_000, 8_000, 3, false, 1)),
        ("64 megapixels for printers", 201, grey_jpeg(8_000, 8_000, 4, false, 1)),
        ("48 megapixels, progressive", 201, grey_jpeg(7_000, 6_900, 3, true, 3)),
        ("64 megapixels, one colour, progressive", 201, grey_jpeg(8_000, 8_000, 1, true, 5)),
        ("64 megapixels of png", 201, packed_png(8_000, 8_000, 6, 8, 8_000)),
        ("56 megapixels of 16 bits", 201, packed_png(7_400, 7_500, 6, 16, 7_500)),
        ("40 megapixels of webp", 201, webp(8_000, 5_000)),
        ("20 megapixels, moving", 201, webp_moving(5_000, 4_000, &[webp(5_000, 4_000), webp(5_000, 4_000)])),
        ("64 megapixels, progressive", 422, grey_jpeg(8_000, 8_000, 4, true, 1)),
        ("100 megapixels", 422, packed_png(10_000, 10_000, 6, 16, 10_000)),
        ("half a bomb", 422, packed_png(8_000, 8_000, 6, 8, 4_000)),
        ("ten megabytes of nothing", 422, vec![0; 10 << 20]),
    ];
    let bodies: usize = corpus.iter().map(|(_, _, bytes)| bytes.len()).sum();
    let before = memory("VmRSS");
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let started = std::time::Instant::now();
    // Fewer than there are places, so that on a slow machine none is given up: see attachments/desk.rs.
    let answers = stream::iter(corpus.iter().map(|(what, expected, bytes)| {
        let (app, emma) = (&app, &emma);
        async move {
            let (status, answer) = app.attach_as(emma, "application/octet-stream", bytes.clone()).await;
            assert_eq!(status, *expected, "{what}: {answer}");
            status
        }
    }))
    .buffer_unordered(14)
    .collect::<Vec<_>>()
    .await;
    let took = started.elapsed();
    let mut counted = BTreeMap::new();
    answers.into_iter().for_each(|status| *counted.entry(status).or_insert(0) += 1);
    let most = memory("VmHWM");
    println!(
        "{counted:?} in {took:.1?}; the corpus is {} MiB; {before} MiB before, {most} MiB at most, {} after",
        bodies >> 20,
        memory("VmRSS")
    );
    // What is being decoded, the bodies, and those same bodies once more in this test, which sends them.
    let bound = before + u64::from(app.app.config.attachments.memory_mib) + 160 + (2 * bodies as u64 >> 20) + 32;
    assert!(most <= bound, "{most} MiB is more than {bound}");
    assert!(most > before + 256, "the pictures were not decoded, or memory was not measured");
}
