//! A range of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network in CIDR form; an address alone is a network of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of one customer of a provider, as far as an address tells: its /24, or its /56 (RFC 6177).
    #[must_use]
    pub fn around(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                Self { address: Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << 8)).into(), prefix: 24 }
            }
            IpAddr::V6(address) => {
                Self { address: Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 72)).into(), prefix: 56 }
            }
        }
    }

    /// Whether an address lies in the network. An IPv4 address in IPv6 clothes counts as what it is.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.prefix);
                u64::from(own.to_bits()) >> shift == u64::from(other.to_bits()) >> shift
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => match 128 - u32::from(self.prefix) {
                128 => true,
                shift => own.to_bits() >> shift == other.to_bits() >> shift,
            },
            _ => false,
        }
    }
}

/// In CIDR form.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(most), |prefix| prefix.parse().map_err(|_| ()))?;
        if prefix > most { Err(()) } else { Ok(Self { address, prefix }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shares_a_line_has_the_same_network_around() {
        let around = |address: &str| Network::around(address.parse().expect("an address")).to_string();
        assert_eq!(around("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(around("::ffff:203.0.113.1"), "203.0.113.0/24");
        assert_eq!(around("2001:db8:1:22ff:a:b:c:d"), "2001:db8:1:2200::/56");
        assert_eq!(around("2001:db8:1:2200::1"), "2001:db8:1:2200::/56");
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        let contains = |network: &str, address: &str| {
            network.parse::<Network>().expect("a network").contains(address.parse().expect("an address"))
        };
        assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("127.0.0.1", "127.0.0.1") && !contains("127.0.0.1", "127.0.0.2"));
        assert!(contains("0.0.0.0/0", "8.8.8.8") && contains("::/0", "::1"));
        assert!(contains("fd00::/8", "fd12::1") && !contains("fd00::/8", "fe80::1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.0.0.1"));
        assert!("10.0.0.0/33".parse::<Network>().is_err() && "nonsense".parse::<Network>().is_err());
    }
}
