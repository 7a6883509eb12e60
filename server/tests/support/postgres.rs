//! A private PostgreSQL for the tests of one process. Needs the server's programs (`initdb`, `postgres`), no running
//! service; it listens on a socket in its own folder and is gone when the process is.

use aftercart::db::Db;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::OnceCell;

/// Kept for the life of the process: closing its standard input tells the shell around PostgreSQL to end it.
static SERVER: Mutex<Option<Child>> = Mutex::new(None);
static ADDRESS: OnceCell<PathBuf> = OnceCell::const_new();
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// The address of an empty database whose tables are made.
pub async fn fresh_database() -> String {
    let folder = ADDRESS.get_or_init(start).await;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    admin(folder, &format!("CREATE DATABASE {name} TEMPLATE aftercart"));
    address(folder, &name)
}

fn address(folder: &Path, database: &str) -> String {
    format!("postgres://postgres@localhost/{database}?host={}", folder.display())
}

/// `initdb` refuses root; Debian's package brings a user for it.
fn as_postgres(program: &Path) -> Command {
    let root = std::env::var("USER").is_ok_and(|u| u == "root")
        || Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"));
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("the tests need PostgreSQL's programs: apt-get install postgresql (e2e/run does it)")
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().expect("initdb is under /usr/lib/postgresql/*/bin")
}

fn run(mut command: Command, what: &str) {
    let done = command.current_dir("/").output().unwrap_or_else(|e| panic!("{what}: {e}"));
    assert!(
        done.status.success(),
        "{what}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

async fn start() -> PathBuf {
    let bin = programs();
    let mut mktemp = as_postgres(Path::new("/usr/bin/mktemp"));
    let made = mktemp.current_dir("/").args(["-d", "/tmp/aftercart-pg-XXXXXX"]).output().expect("mktemp runs");
    let folder = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
    let data = folder.join("data");
    let mut initdb = as_postgres(&bin.join("initdb"));
    initdb.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]).arg(&data);
    run(initdb, "initdb");
    let mut shell = as_postgres(Path::new("/bin/sh"));
    let script = r#""$1" -D "$2" -k "$3" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=300 >"$3/log" 2>&1 &
        cat >/dev/null; kill -INT $!; wait $!; rm -rf "$3""#;
    shell.current_dir("/").args(["-c", script, "sh"]).arg(bin.join("postgres")).arg(&data).arg(&folder);
    let server = shell.stdin(Stdio::piped()).spawn().expect("sh runs");
    *SERVER.lock().unwrap() = Some(server);
    let ready = bin.join("pg_isready");
    // pg_isready has a patience of its own, but only for a server that answers at all.
    let mut tries = 0;
    while !Command::new(&ready).arg("-q").arg("-h").arg(&folder).status().expect("pg_isready runs").success() {
        tries += 1;
        assert!(
            tries < 3_000,
            "PostgreSQL did not start: {}",
            std::fs::read_to_string(folder.join("log")).unwrap_or_default()
        );
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    admin(&folder, "CREATE DATABASE aftercart");
    // A database is a template only while nobody is connected to it.
    Db::open(&address(&folder, "aftercart")).await.expect("the migrations run").close().await;
    folder
}

fn admin(folder: &Path, statement: &str) {
    let mut psql = Command::new(programs().join("psql"));
    psql.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-c", statement])
        .arg("-h")
        .arg(folder);
    run(psql, statement);
}
