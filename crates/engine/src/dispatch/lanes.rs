//! All endpoints that this node knows.

use super::lane::Lane;
use model::ids::{DomainId, EndpointId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

/// Lanes by endpoint, and endpoints by URL within a domain.
#[derive(Debug, Default)]
pub struct Lanes {
    by_id: RwLock<HashMap<EndpointId, Arc<Lane>>>,
}

impl Lanes {
    /// The lane of an endpoint.
    pub fn find(&self, endpoint: EndpointId) -> Option<Arc<Lane>> {
        self.by_id.read().unwrap_or_else(PoisonError::into_inner).get(&endpoint).cloned()
    }

    /// The lane of a URL within a domain.
    pub fn find_url(&self, domain: DomainId, url: &str) -> Option<Arc<Lane>> {
        let lanes = self.by_id.read().unwrap_or_else(PoisonError::into_inner);
        lanes.values().find(|lane| lane.domain == domain && lane.url == url).cloned()
    }

    /// Adds a lane, or keeps the one that is known.
    pub fn add(&self, lane: Arc<Lane>) {
        self.by_id.write().unwrap_or_else(PoisonError::into_inner).entry(lane.id).or_insert(lane);
    }

    /// The lanes of these endpoints, going round by domain, so that a domain with many waiting endpoints does not
    /// stand before all others. Whose endpoint stands first goes first.
    pub fn round_robin(&self, endpoints: Vec<EndpointId>) -> Vec<Arc<Lane>> {
        let mut queues: Vec<VecDeque<Arc<Lane>>> = Vec::new();
        let mut places = HashMap::new();
        for lane in endpoints.into_iter().filter_map(|endpoint| self.find(endpoint)) {
            let at = *places.entry(lane.domain).or_insert(queues.len());
            if at == queues.len() {
                queues.push(VecDeque::new());
            }
            queues[at].push_back(lane);
        }
        let mut order = Vec::new();
        while !queues.is_empty() {
            queues.retain_mut(|queue| {
                order.extend(queue.pop_front());
                !queue.is_empty()
            });
        }
        order
    }
}
