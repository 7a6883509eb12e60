//! A private mail server for the tests of one process: Exim takes mails by SMTP, Dovecot gives them out by IMAP. Needs their
//! programs (`exim4-daemon-light`, `dovecot-imapd`), no running service; both listen on free ports of this machine, and are gone when the
//! process is.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpStream, sync::OnceCell};

pub const PASSWORD: &str = "sesame";

/// Kept for the life of the process: closing its standard input tells the shell around the servers to end them.
static SERVERS: Mutex<Option<Child>> = Mutex::new(None);
static RUNNING: OnceCell<MailServer> = OnceCell::const_new();
static NEXT: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone, Debug)]
pub struct MailServer {
    folder: PathBuf,
    pub smtp: u16,
    pub imap: u16,
}

impl MailServer {
    pub async fn running() -> MailServer {
        RUNNING.get_or_init(start).await.clone()
    }

    /// A domain all of whose mail lies in one mailbox; its user is called like the domain.
    pub fn domain(&self) -> String {
        let domain = format!("shop{}.test", NEXT.fetch_add(1, Ordering::SeqCst));
        make_box(&self.folder, &domain);
        domain
    }

    fn files(&self, domain: &str) -> Vec<PathBuf> {
        let inside = |part: &str| fs::read_dir(self.folder.join("mail").join(domain).join(part)).into_iter().flatten();
        let mut files: Vec<PathBuf> =
            ["new", "cur"].iter().flat_map(|part| inside(part)).flatten().map(|f| f.path()).collect();
        files.sort();
        files
    }

    /// Waits until a domain has so many mails.
    pub async fn arrived(&self, domain: &str, count: usize) {
        for _ in 0..1_500 {
            if self.files(domain).len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = fs::read_to_string(self.folder.join("mainlog")).unwrap_or_default();
        panic!("{domain} has {} mails and not {count}: {log}", self.files(domain).len());
    }

    /// What a domain has got, as it lies there.
    pub fn mails(&self, domain: &str) -> Vec<Vec<u8>> {
        self.files(domain).iter().map(|file| fs::read(file).unwrap()).collect()
    }
}

fn make_box(folder: &Path, domain: &str) {
    let path = folder.join("mail").join(domain);
    for part in ["", "new", "cur", "tmp"] {
        let path = path.join(part);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
    }
}

fn id(what: &str) -> String {
    String::from_utf8(Command::new("id").arg(what).output().unwrap().stdout).unwrap().trim().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn start() -> MailServer {
    for program in ["/usr/sbin/exim4", "/usr/sbin/dovecot"] {
        assert!(
            Path::new(program).exists(),
            "the tests need {program}: apt-get install exim4-daemon-light dovecot-imapd (e2e/run does it)"
        );
    }
    // Neither runs as root: then as nobody.
    let root = id("-u") == "0";
    let (user, group) = if root { ("nobody".to_owned(), "nogroup".to_owned()) } else { (id("-un"), id("-gn")) };
    let number = |what: &str| {
        let one = Command::new("id").args([what, &user]).output().unwrap();
        String::from_utf8(one.stdout).unwrap().trim().to_owned()
    };
    let (uid, gid) = (number("-u"), number("-g"));
    let folder = PathBuf::from(
        String::from_utf8(Command::new("mktemp").args(["-d", "/tmp/aftercart-mail-XXXXXX"]).output().unwrap().stdout)
            .unwrap()
            .trim(),
    );
    let (smtp, imap) = (free_port(), free_port());
    let home = folder.display();
    fs::create_dir(folder.join("mail")).unwrap();
    let exim = format!(
        "exim_user = {user}\nexim_group = {group}\nspool_directory = {home}/spool\nlog_file_path = {home}/%slog\n\
         pid_file_path = {home}/exim.pid\nprimary_hostname = mail.test\nqualify_domain = mail.test\n\
         daemon_smtp_ports = {smtp}\nlocal_interfaces = 127.0.0.1\nkeep_environment =\ntls_advertise_hosts =\n\
         acl_smtp_rcpt = take\nacl_smtp_data = take\nmessage_size_limit = 60M\nnever_users =\n\
         deliver_drop_privilege = true\nsmtp_accept_max = 100\nsmtp_accept_queue_per_connection = 0\n\
         begin acl\ntake:\n  accept\n\
         begin routers\nboxes:\n  driver = accept\n  domains = dsearch;{home}/mail\n  transport = box\n\
         begin transports\nbox:\n  driver = appendfile\n  maildir_format\n  \
         directory = {home}/mail/${{lookup{{$domain}}dsearch{{{home}/mail}}}}\n  user = {user}\n  group = {group}\n  \
         mode = 0666\n  mode_fail_narrower = false\n  envelope_to_add\n  delivery_date_add\n  return_path_add\n"
    );
    let dovecot = format!(
        "base_dir = {home}/run\nstate_dir = {home}/state\nlog_path = {home}/dovecot.log\nprotocols = imap\nlisten = 127.0.0.1\n\
         ssl = no\ndisable_plaintext_auth = no\ndefault_internal_user = {user}\ndefault_internal_group = {group}\n\
         default_login_user = {user}\nmail_location = maildir:{home}/mail/%Lu\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
         passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={home}\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {imap}\n  }}\n  inet_listener imaps {{\n    port = 0\n  }}\n}}\n\
         service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
    );
    fs::write(folder.join("exim.conf"), exim).unwrap();
    fs::write(folder.join("dovecot.conf"), dovecot).unwrap();
    if root {
        let owned = Command::new("chown").args(["-R", &format!("{user}:{group}")]).arg(&folder).status().unwrap();
        assert!(owned.success());
    }
    let mut shell = if root {
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "--", "/bin/sh"]);
        command
    } else {
        Command::new("/bin/sh")
    };
    let script = r#"exim4 -C "$1/exim.conf" -bdf >"$1/exim.out" 2>&1 & one=$!
        dovecot -c "$1/dovecot.conf" -F >"$1/dovecot.out" 2>&1 & two=$!
        cat >/dev/null; kill $one $two; wait $one $two; rm -rf "$1""#;
    shell.current_dir("/").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(["-c", script, "sh"]).arg(&folder);
    *SERVERS.lock().unwrap() = Some(shell.stdin(Stdio::piped()).spawn().expect("sh runs"));
    for port in [smtp, imap] {
        let mut tries = 0;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tries += 1;
            let said = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                tries < 3_000,
                "no mail server: {}{}{}",
                said("exim.out"),
                said("dovecot.out"),
                said("dovecot.log")
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    make_box(&folder, "example.com");
    MailServer { folder, smtp, imap }
}
