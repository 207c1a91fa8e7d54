//! Counts of what a socket has received and sent, as `:inet.getstat` gives them.

/// One direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    pub octets: u64,
    pub packets: u64,
    pub largest: u64,
    /// A running average, and how far packets are from it.
    average: f64,
    deviation: f64,
}

impl Count {
    pub fn note(&mut self, length: usize) {
        let size = length as f64;
        self.octets += length as u64;
        self.packets += 1;
        self.largest = self.largest.max(length as u64);
        self.average += (size - self.average) / self.packets as f64;
        self.deviation += ((size - self.average).abs() - self.deviation) / self.packets as f64;
    }
}

/// Both directions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics {
    pub received: Count,
    pub sent: Count,
}

impl Statistics {
    /// A count by its name; `pending` bytes wait to be sent.
    pub fn get(&self, name: &str, pending: usize) -> Option<u64> {
        Some(match name {
            "recv_oct" => self.received.octets,
            "recv_cnt" => self.received.packets,
            "recv_max" => self.received.largest,
            "recv_avg" => self.received.average as u64,
            "recv_dvi" => self.received.deviation as u64,
            "send_oct" => self.sent.octets,
            "send_cnt" => self.sent.packets,
            "send_max" => self.sent.largest,
            "send_avg" => self.sent.average as u64,
            "send_pend" => pending as u64,
            _ => return None,
        })
    }
}
