/// jemalloc reads this before main() begins; see TUNING in jemalloc(3). It is there because libzmq allocates
/// on one thread what it frees on another, which glibc's allocator does slowly (a quarter more requests a
/// second with this one), and because memory that connections and replies have used goes back to the kernel:
/// a second after it was last used, by a thread of jemalloc's own. glibc keeps it, and with every wave of
/// connections some more.
extern "C" {
const char* malloc_conf =
    "background_thread:true,max_background_threads:1,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
