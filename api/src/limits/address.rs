//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::ServiceRequest;

use crate::config::Config;

/// The address of the peer; behind a configured proxy, the last address of `X-Forwarded-For` that isn't one.
#[must_use]
pub fn of(request: &ServiceRequest, config: &Config) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    if config.trusted_proxies.is_empty() {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    behind_proxies(peer, &hops, |address| config.is_trusted_proxy(address))
}

fn behind_proxies(peer: IpAddr, hops: &[&str], is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !is_trusted(address) {
            return address;
        }
        // What isn't an address was not written by our proxy: what wrote it is as far as can be known.
        let Ok(next) = hop.parse::<IpAddr>() else { return address };
        address = next.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(peer: &str, hops: &[&str]) -> String {
        let trusted: [IpAddr; 2] = ["10.0.0.1".parse().expect("address"), "10.0.0.2".parse().expect("address")];
        behind_proxies(peer.parse().expect("address"), hops, |address| trusted.contains(&address)).to_string()
    }

    #[test]
    fn a_header_counts_only_from_a_configured_proxy() {
        assert_eq!(resolve("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(resolve("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn what_a_client_put_before_the_proxy_is_not_believed() {
        assert_eq!(resolve("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(resolve("10.0.0.1", &["1.2.3.4", "198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(resolve("10.0.0.1", &["nonsense"]), "10.0.0.1");
    }
}
